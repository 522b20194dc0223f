//go:build !purego && linux

package cpu

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// The kernel of Linux lists what the processor has and the system keeps.
func TestVectorsAreThoseOfLinux(t *testing.T) {
	info, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		t.Skip(err)
	}
	_, flags, ok := strings.Cut(string(info), "\nflags\t")
	if !ok {
		t.Skip("it does not here")
	}
	flags, _, _ = strings.Cut(flags, "\n")
	want := true
	for _, flag := range []string{"avx2", "bmi1", "bmi2"} {
		want = want && strings.Contains(flags+" ", " "+flag+" ")
	}
	assert.Equal(t, want, Vectors)
}
