// Package receipt keeps a file that says what a store has acknowledged, apart from the
// database that has it. A log that was cut or lost reads as a shorter log, and so does
// the list of files of a database: only another file can tell that there was more.
package receipt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"
)

// Name is that of the file.
const Name = "RECEIPT"

// Errors to test for with errors.Is.
var (
	ErrDamaged = errors.New("receipt: damaged")
	ErrVersion = errors.New("receipt: written by a newer version")
)

// A Receipt says what is on disk. All of it was there before it was written, so what is
// missing later has been lost.
type Receipt struct {
	Made      bool     // the store has its settings; before that nothing is promised
	Position  uint64   // of the last operation that was acknowledged
	Manifests []Length // what is synced of the last two files that list the tables
	Logs      []uint64 // the numbers of the write-ahead logs that are there, in their order
}

// A Length is how much of a file is synced, in bytes.
type Length struct{ Number, Bytes uint64 }

const (
	magic         = "RpRc"
	version       = 1
	headerBytes   = 24
	flagMade      = 1
	mostManifests = 2
	mostLogs      = 255
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// appendTo appends the receipt with its serial number, of which the greatest counts.
func (r *Receipt) appendTo(b []byte, serial uint64) []byte {
	begin := len(b)
	manifests := r.Manifests[max(0, len(r.Manifests)-mostManifests):]
	logs := r.Logs[max(0, len(r.Logs)-mostLogs):]
	var flags byte
	if r.Made {
		flags = flagMade
	}
	b = append(b, magic...)
	b = append(b, version, flags, byte(len(manifests)), byte(len(logs)))
	b = binary.BigEndian.AppendUint64(b, serial)
	b = binary.BigEndian.AppendUint64(b, r.Position)
	for _, m := range manifests {
		b = binary.BigEndian.AppendUint64(b, m.Number)
		b = binary.BigEndian.AppendUint64(b, m.Bytes)
	}
	for _, n := range logs {
		b = binary.BigEndian.AppendUint64(b, n)
	}
	return binary.BigEndian.AppendUint32(b, crc32.Checksum(b[begin:], castagnoli))
}

// decode decodes a receipt at the beginning of b, and ignores what follows.
func decode(b []byte) (r Receipt, serial uint64, err error) {
	if len(b) < headerBytes || string(b[:len(magic)]) != magic {
		return r, 0, fmt.Errorf("%w: it does not begin with %q", ErrDamaged, magic)
	}
	manifests, logs := int(b[6]), int(b[7])
	end := headerBytes + 16*manifests + 8*logs
	if b[4] == version && (manifests > mostManifests || b[5] > flagMade) || len(b) < end+4 {
		return r, 0, fmt.Errorf("%w: its header does not decode", ErrDamaged)
	}
	if binary.BigEndian.Uint32(b[end:]) != crc32.Checksum(b[:end], castagnoli) {
		return r, 0, fmt.Errorf("%w: its checksum is another", ErrDamaged)
	}
	if b[4] != version {
		return r, 0, fmt.Errorf("%w: version %d, want %d", ErrVersion, b[4], version)
	}
	r.Made = b[5]&flagMade != 0
	serial, r.Position = binary.BigEndian.Uint64(b[8:]), binary.BigEndian.Uint64(b[16:])
	rest := b[headerBytes:end]
	for range manifests {
		r.Manifests = append(r.Manifests, Length{binary.BigEndian.Uint64(rest), binary.BigEndian.Uint64(rest[8:])})
		rest = rest[16:]
	}
	for range logs {
		r.Logs = append(r.Logs, binary.BigEndian.Uint64(rest))
		rest = rest[8:]
	}
	return r, serial, nil
}

// SetLength notes how much is synced of a list of tables.
func (r *Receipt) SetLength(number, bytes uint64) {
	for i := range r.Manifests {
		if m := &r.Manifests[i]; m.Number == number {
			m.Bytes = max(m.Bytes, bytes)
			return
		}
	}
	r.Manifests = append(r.Manifests, Length{number, bytes})
	r.Manifests = slices.Delete(r.Manifests, 0, max(0, len(r.Manifests)-mostManifests))
}

// Length returns how much is synced of a list of tables.
func (r *Receipt) Length(number uint64) (bytes uint64, ok bool) {
	for _, m := range r.Manifests {
		if m.Number == number {
			return m.Bytes, true
		}
	}
	return 0, false
}

// AddLog notes that a log is there.
func (r *Receipt) AddLog(number uint64) {
	if i, there := slices.BinarySearch(r.Logs, number); !there {
		r.Logs = slices.Insert(r.Logs, i, number)
	}
}

// DropLog notes that a log is not needed any more. It reports whether it was noted.
func (r *Receipt) DropLog(number uint64) bool {
	i, there := slices.BinarySearch(r.Logs, number)
	if there {
		r.Logs = slices.Delete(r.Logs, i, i+1)
	}
	return there
}
