package receipt

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
	"github.com/stretchr/testify/require"
)

var example = Receipt{Made: true, Position: 1000, Manifests: []Length{{6, 300}, {9, 70_000}}, Logs: []uint64{7, 12}}

// The receipt that docs/format.md shows, byte for byte. In each line the bytes come
// first, and after two spaces what they mean.
func TestFormatExample(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "format.md"))
	require.NoError(t, err)
	_, rest, ok := strings.Cut(strings.ReplaceAll(string(text), "\r\n", "\n"), "```receipt\n")
	require.True(t, ok)
	rest, _, _ = strings.Cut(rest, "```")
	var want []byte
	for line := range strings.Lines(rest) {
		digits, _, _ := strings.Cut(line, "  ")
		b, err := hex.DecodeString(strings.ReplaceAll(digits, " ", ""))
		require.NoError(t, err, line)
		want = append(want, b...)
	}
	require.Equal(t, hex.Dump(want), hex.Dump(example.appendTo(nil, 5)))
}

func TestDecode(t *testing.T) {
	for _, r := range []Receipt{{}, {Made: true}, {Position: math.MaxUint64}, example} {
		b := r.appendTo(nil, 7)
		got, serial, err := decode(append(b, 1, 2, 3))
		require.NoError(t, err)
		require.Equal(t, r, got)
		require.Equal(t, uint64(7), serial)
		for n := range b {
			_, _, err := decode(b[:n])
			require.ErrorIs(t, err, ErrDamaged)
			for bit := range 8 {
				b[n] ^= 1 << bit
				_, _, err := decode(b)
				require.ErrorIs(t, err, ErrDamaged)
				b[n] ^= 1 << bit
			}
		}
	}
	many := Receipt{}
	for n := range uint64(1000) {
		many.AddLog(n)
	}
	b := many.appendTo(nil, 1)
	require.LessOrEqual(t, len(b), pageBytes)
	got, _, err := decode(b)
	require.NoError(t, err)
	require.Equal(t, many.Logs[1000-mostLogs:], got.Logs) // the last
}

func FuzzDecode(f *testing.F) {
	f.Add(example.appendTo(nil, 5))
	f.Add((&Receipt{}).appendTo(nil, 0))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, serial, err := decode(b)
		if err == nil {
			again := r.appendTo(nil, serial)
			require.Equal(t, b[:len(again)], again)
		}
	})
}

func TestNotes(t *testing.T) {
	var r Receipt
	r.AddLog(3)
	r.AddLog(9)
	r.AddLog(3)
	require.Equal(t, []uint64{3, 9}, r.Logs)
	require.True(t, r.DropLog(3))
	require.False(t, r.DropLog(3))
	r.SetLength(1, 10)
	r.SetLength(2, 20)
	r.SetLength(1, 5) // never less
	r.SetLength(2, 25)
	require.Equal(t, []Length{{1, 10}, {2, 25}}, r.Manifests)
	r.SetLength(3, 1)
	require.Equal(t, []Length{{2, 25}, {3, 1}}, r.Manifests)
	_, ok := r.Length(1)
	require.False(t, ok)
}

func opened(t *testing.T, fs vfs.FS, from Receipt) *Book {
	b, err := Open(fs, Name, from, func(err error) { t.Error(err) })
	require.NoError(t, err)
	return b
}

func TestBook(t *testing.T) {
	mem := vfs.NewMem()
	_, err := Read(mem, Name)
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.NoError(t, Create(mem, Name))
	r, err := Read(mem, Name)
	require.NoError(t, err)
	require.Equal(t, Receipt{}, r)
	for session := range uint64(3) {
		b := opened(t, mem, r)
		for n := range uint64(5) {
			require.NoError(t, b.Update(func(r *Receipt) { r.Position = 100*session + n }))
			r, err = Read(mem, Name)
			require.NoError(t, err)
			require.Equal(t, 100*session+n, r.Position)
			require.NoError(t, b.Keep(func(r *Receipt) { r.Made = true }))
		}
		require.NoError(t, b.Close())
	}
	r, err = Read(mem, Name)
	require.NoError(t, err)
	require.Equal(t, Receipt{Made: true, Position: 204}, r)
}

// Whenever the power fails, the file has all that was kept, and nothing that was not
// written yet.
func TestPowerFailure(t *testing.T) {
	for seed := range uint64(50) {
		rng := rand.New(rand.NewPCG(seed, 1))
		mem := vfs.NewCrashableMem()
		require.NoError(t, Create(mem, Name))
		dir, err := mem.OpenDir("")
		require.NoError(t, err)
		require.NoError(t, dir.Sync())
		kept, written := uint64(0), uint64(0)
		b := opened(t, errorfs.Wrap(mem, errorfs.InjectorFunc(func(op errorfs.Op) error {
			if op.Kind.ReadOrWrite() == errorfs.OpIsWrite && rng.IntN(3) == 0 {
				crashed := mem.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: 50, RNG: rng})
				r, err := Read(crashed, Name)
				require.NoError(t, err)
				require.GreaterOrEqual(t, r.Position, kept)
				require.LessOrEqual(t, r.Position, written)
			}
			return nil
		})), Receipt{})
		b.timer = nil
		for n := uint64(1); n < 40; n++ {
			written = n
			if rng.IntN(3) == 0 {
				require.NoError(t, b.Keep(func(r *Receipt) { r.Position = n }))
				kept = n
			} else {
				b.mu.Lock() // without the clock
				require.NoError(t, b.write(func(r *Receipt) { r.Position = n }))
				b.mu.Unlock()
			}
		}
		require.NoError(t, b.Close())
	}
}

// What is only updated is synced by itself.
func TestLag(t *testing.T) {
	mem := vfs.NewCrashableMem()
	require.NoError(t, Create(mem, Name))
	dir, err := mem.OpenDir("")
	require.NoError(t, err)
	require.NoError(t, dir.Sync())
	synced := make(chan bool, 100)
	b := opened(t, errorfs.Wrap(mem, errorfs.InjectorFunc(func(op errorfs.Op) error {
		if op.Kind == errorfs.OpFileSyncData {
			synced <- true
		}
		return nil
	})), Receipt{})
	for range cap(synced) {
		select {
		case <-synced:
			continue
		default:
		}
		break
	}
	require.NoError(t, b.Update(func(r *Receipt) { r.Position = 5 }))
	<-synced
	require.NoError(t, b.Close()) // after the sync
	r, err := Read(mem.CrashClone(vfs.CrashCloneCfg{}), Name)
	require.NoError(t, err)
	require.Equal(t, uint64(5), r.Position)
}

// The timer may have fired just before the file is closed: it then writes to no closed
// file, and reports nothing.
func TestCatchUpAfterClose(t *testing.T) {
	mem := vfs.NewMem()
	require.NoError(t, Create(mem, Name))
	b, err := Open(mem, Name, Receipt{}, func(err error) { require.NoError(t, err) })
	require.NoError(t, err)
	require.NoError(t, b.Close())
	b.catchUp()
	require.ErrorIs(t, b.Keep(func(*Receipt) {}), fs.ErrClosed)
	require.ErrorIs(t, b.Update(func(*Receipt) {}), fs.ErrClosed)
}

func TestBookFails(t *testing.T) {
	mem := vfs.NewMem()
	_, err := Open(mem, Name, Receipt{}, nil)
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.NoError(t, Create(mem, Name))
	disk := fmt.Errorf("no disk")
	fail := &errorfs.Toggle{Injector: errorfs.InjectorFunc(func(op errorfs.Op) error {
		if op.Kind.ReadOrWrite() == errorfs.OpIsWrite {
			return disk
		}
		return nil
	})}
	b := opened(t, errorfs.Wrap(mem, fail), Receipt{})
	fail.On()
	require.ErrorIs(t, b.Keep(func(*Receipt) {}), disk)
	require.ErrorIs(t, b.Update(func(*Receipt) {}), disk)
	require.NoError(t, b.Close())
	fail.Off()

	for _, content := range []string{"", "RpRc", "something else that is long enough to be a receipt"} {
		f, err := mem.Create(Name, vfs.WriteCategoryUnspecified)
		require.NoError(t, err)
		_, err = f.Write([]byte(content))
		require.NoError(t, err)
		require.NoError(t, f.Close())
		_, err = Read(mem, Name)
		require.ErrorIs(t, err, ErrDamaged)
	}
}

// A page of a newer version is not taken for a damaged one.
func TestNewerVersion(t *testing.T) {
	b := example.appendTo(nil, 5)
	b[4] = version + 1
	b = binary.BigEndian.AppendUint32(b[:len(b)-4], crc32.Checksum(b[:len(b)-4], castagnoli))
	_, _, err := decode(b)
	require.ErrorIs(t, err, ErrVersion)

	mem := vfs.NewMem()
	require.NoError(t, Create(mem, Name))
	f, err := mem.OpenReadWrite(Name, vfs.WriteCategoryUnspecified)
	require.NoError(t, err)
	_, err = f.WriteAt(b, pageBytes)
	require.NoError(t, err)
	require.NoError(t, f.Close())
	_, err = Read(mem, Name)
	require.ErrorIs(t, err, ErrVersion)
}
