package eval

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
)

// eachLine hands every line that is not blank to use, without its line break.
// What use refuses becomes an error that wraps bad and names the line; a
// failure of r is named too, but is not bad.
func eachLine(r io.Reader, bad error, use func(line []byte) error) error {
	in := bufio.NewReader(r)
	for n := 1; ; n++ {
		line, err := in.ReadBytes('\n')
		if err != nil && err != io.EOF {
			return fmt.Errorf("eval: reading line %d: %w", n, err)
		}
		if len(bytes.TrimSpace(line)) > 0 {
			if err := use(bytes.TrimRight(line, "\r\n")); err != nil {
				return fmt.Errorf("%w: line %d: %w", bad, n, err)
			}
		}
		if err == io.EOF {
			return nil
		}
	}
}
