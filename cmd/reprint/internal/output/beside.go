package output

import "sync"

// Beside returns a writer that has lines written by another goroutine, while the caller finds
// those that follow. Lines must not be changed once they are given to it.
func Beside(to Writer) Writer { return &beside{to: to} }

type beside struct {
	to      Writer
	lines   []any          // that came since
	writing []any          // what the goroutine has
	done    sync.WaitGroup // when it has written these
}

const linesAtOnce = 256

func (b *beside) Write(line any) {
	if b.lines = append(b.lines, line); len(b.lines) == linesAtOnce {
		b.handOn()
	}
}

func (b *beside) handOn() {
	b.done.Wait()
	b.lines, b.writing = b.writing[:0], b.lines
	b.done.Go(func() {
		for i, line := range b.writing {
			b.to.Write(line)
			b.writing[i] = nil
		}
	})
}

// end ends all writing.
func (b *beside) end() {
	b.handOn()
	b.done.Wait()
}

func (b *beside) Flush() error {
	b.end()
	return b.to.Flush()
}

func (b *beside) Close() error {
	b.end()
	return b.to.Close()
}
