package engine

import "sync"

// A room bounds the bytes of the texts that are read at a time: reading one takes many
// times its size, most where words are short. Texts are let in in the order in which
// they come; one that is larger than the room has it for itself.
type room struct {
	turn sync.Mutex // held by the next one to be let in
	mu   sync.Mutex
	left sync.Cond // something was given back
	used int
}

// mostRead is how many bytes of texts are read at a time.
const mostRead = 16 << 20

func newRoom() *room {
	r := &room{}
	r.left.L = &r.mu
	return r
}

// enter waits for room for so many bytes. Call leave with as many.
func (r *room) enter(bytes int) {
	bytes = min(bytes, mostRead)
	r.turn.Lock()
	defer r.turn.Unlock()
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.used+bytes > mostRead {
		r.left.Wait()
	}
	r.used += bytes
}

func (r *room) leave(bytes int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.used -= min(bytes, mostRead)
	r.left.Signal() // only one waits
}
