package record

import (
	"encoding/binary"
	"math"
)

// AppendString appends a string as records have them.
func AppendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// A Decoder decodes records. Once something is missing it returns zeros.
type Decoder struct {
	Rest   []byte
	Failed bool
}

// Bytes returns so many bytes.
func (d *Decoder) Bytes(n int) []byte {
	if n > len(d.Rest) {
		d.Failed, d.Rest = true, nil
		return nil
	}
	b := d.Rest[:n]
	d.Rest = d.Rest[n:]
	return b
}

// Byte returns a byte.
func (d *Decoder) Byte() byte {
	if b := d.Bytes(1); b != nil {
		return b[0]
	}
	return 0
}

// Uint32 returns a number of 4 bytes.
func (d *Decoder) Uint32() uint32 {
	if b := d.Bytes(4); b != nil {
		return binary.BigEndian.Uint32(b)
	}
	return 0
}

// Uint64 returns a number of 8 bytes.
func (d *Decoder) Uint64() uint64 {
	if b := d.Bytes(8); b != nil {
		return binary.BigEndian.Uint64(b)
	}
	return 0
}

// Uvarint returns a number as long as it is.
func (d *Decoder) Uvarint() uint64 {
	v, n := binary.Uvarint(d.Rest)
	if n <= 0 {
		d.Failed, d.Rest = true, nil
		return 0
	}
	d.Rest = d.Rest[n:]
	return v
}

// String returns a string.
func (d *Decoder) String() string {
	n := d.Uvarint()
	if n > math.MaxInt32 {
		d.Failed, d.Rest = true, nil
		return ""
	}
	return string(d.Bytes(int(n)))
}
