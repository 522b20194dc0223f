package main

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"github.com/spf13/pflag"

	"github.com/cbb30ed1/reprint"
)

// mostKey is more than any file of a key has.
const mostKey = 1 << 16

// keyFlag adds the flag that keyOf reads.
func keyFlag(f *pflag.FlagSet) {
	f.String("key-file", "", "`file` with a secret of 16 random bytes or more, so that\nnobody can plant text that hides copies; a folder of\ndocuments opens only with the key that it was made with")
}

// keyOf returns the key in the file that the flags name, if they name one. A line end at
// its end is none of it.
func keyOf(flags *pflag.FlagSet) (reprint.Key, error) {
	f := flags.Lookup("key-file")
	if f == nil || !f.Changed {
		return nil, nil
	}
	name := f.Value.String()
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("--key-file: %w", err)
	}
	defer file.Close()
	key, err := io.ReadAll(io.LimitReader(file, mostKey+1))
	if err != nil {
		return nil, fmt.Errorf("--key-file: %w", err)
	}
	key = bytes.TrimSuffix(bytes.TrimSuffix(key, []byte("\n")), []byte("\r"))
	if len(key) == 0 || len(key) > mostKey {
		return nil, fmt.Errorf("%w: --key-file: %s has no key, want 16 random bytes or more, 65,536 at most", errUsage, name)
	}
	return key, nil
}
