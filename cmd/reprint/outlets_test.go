package main

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/outlets"
)

func TestOutlets(t *testing.T) {
	a, b, c := prose(newRand(11), 150), prose(newRand(12), 150), prose(newRand(13), 150)
	in := jsonl(t,
		map[string]any{"id": "1", "text": a, "site": "north", "published": "2024-07-01T00:00:00Z"},
		map[string]any{"id": "2", "text": a, "site": "south", "published": "2024-07-01T02:00:00Z"},
		map[string]any{"id": "3", "text": b, "site": "north", "published": "2024-07-01T00:00:00Z"},
		map[string]any{"id": "4", "text": b, "url": "https://www.south/x", "published": "2024-07-01T06:00:00Z"},
		map[string]any{"id": "5", "text": b, "site": "north", "published": "2024-07-01T07:00:00Z"},
		map[string]any{"id": "6", "text": c, "site": "=east"},
	)
	matrix := filepath.Join(t.TempDir(), "matrix.csv")
	out := must(t, in, "outlets", "-", "--matrix", matrix)
	lines := parsed[outlets.Outlet](t, out)
	require.Len(t, lines, 3)
	delay := 4.
	north, south, east := lines[0], lines[1], lines[2]
	assert.Equal(t, outlets.Outlet{Outlet: "south", Articles: 2, Taken: 2, Copies: 2, Share: 1, MedianDelay: &delay, TakenFrom: outlets.Numbers{"north": 2}, TakenBy: outlets.Numbers{}}, south)
	assert.Equal(t, outlets.Outlet{Outlet: "north", Articles: 3, Own: 2, Repeated: 1, TakenFrom: outlets.Numbers{}, TakenBy: outlets.Numbers{"south": 2}}, north)
	assert.Equal(t, outlets.Outlet{Outlet: "=east", Articles: 1, Own: 1, TakenFrom: outlets.Numbers{}, TakenBy: outlets.Numbers{}}, east)
	assert.Equal(t, "taken by \\ from,north,south,'=east\nnorth,0,0,0\nsouth,2,0,0\n'=east,0,0,0\n", readFileT(t, matrix))

	dir, _ := filled(t, in)
	assert.Equal(t, out, must(t, "", "outlets", "--db", dir))
	assert.Contains(t, must(t, in, "outlets", "-", "--format", "csv"), "south,2,0,2,2,0,0,0,1,4,north 2,\n")
	assert.Equal(t, exitUsage, call(t, "", "outlets").code)
	assert.Equal(t, exitUsage, call(t, "", "outlets", "--db", dir, "-").code)
}
