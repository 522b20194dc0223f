// Package store keeps a [reprint.Detector] on disk: the same answers, durable
// and still there after a restart, in one folder that one process opens at a
// time.
//
//	s, err := store.Open("news.reprint", store.Options{})
//	if err != nil {
//		return err
//	}
//	defer s.Close()
//	added, err := s.Add(ctx, doc)
//
// # What is promised
//
// When a method that writes returns without an error, what it wrote is on disk:
// it is there after the process was killed or the power failed. When it returns an
// error nothing of it was written, with one exception: where the error wraps
// [ErrFailed], the disk refused, and whether that one operation is there shows only
// when the store is opened again. A batch is there as a whole or not at all.
//
// The clusters are a function of the operations and of their order. Reopening a
// store, however it ended, gives the clusters, figures and events that it had, and
// a Detector that is given the same operations in that order has the same.
//
// # What it takes
//
// The index is on disk; in memory are the lists, documents and clusters that were
// used lately, up to [Options].Cache, and besides, a document, about 140 bytes: of
// these ten bits for each of its shingles and bands that was new, by which most of
// what is not there need not be looked up on disk. What changed since the last
// checkpoint is in memory, too, and in the log. Go lets the heap grow between
// collections by as much again: a program that is short of memory sets GOGC or
// GOMEMLIMIT. RESULTS.md in folder bench of the repository has what was measured.
//
// A checkpoint is written after every [Options].Checkpoint operations, while others
// go on, and on Close. What came after it is replayed when the store is opened.
//
// # The feed
//
// Every operation has a position, 1 for the first, and positions grow by one,
// over restarts as well. [Store.Events] yields what the operations did from a
// position on, and [Store.Follow] waits for more. Who keeps clusters elsewhere
// remembers the position of the last [Change] that it has dealt with, and asks
// from the next one on.
//
// # What expires
//
// With [Options].Window the store forgets documents that are older than that,
// compared with the newest that it has seen: by the time of their publication,
// those without one by their arrival; or, with [ByArrival], all by their arrival.
//
// Under [ByPublished] the newest time is the latest known time of publication among all
// documents that were ever added. A document that claims to be published after
// it arrived counts as published on arrival, so that one wrong date cannot expire
// everything; and documents without a time move nothing. The newest time is
// kept on disk and does not depend on when the store is opened. Under ByArrival
// it is the clock, which does not go back.
//
// A document that is older than the window when it comes is not added: Add
// returns an error that wraps [ErrExpired], and AddAll passes it over. Documents
// that have become too old are removed with the operations that follow, some
// thousand at a time, and appear as [Expired] in the feed. Time that passes
// without documents expires nothing; [Store.Expire] does.
//
// # One process
//
// A folder is open in one process at a time, whoever comes second gets
// [ErrLocked]. That holds for ReadOnly, too: a reader beside a writer, or a
// second reader, is refused. Copy the folder of a closed store to look at it
// elsewhere.
//
// # Settings and rules
//
// A store keeps the options with which it was made, their defaults written out, and
// the versions of the rules by which documents match and clusters are formed. It is
// opened with the same options or with none, and refused with others ([ErrScheme]).
// A version of this package that has other rules, or that samples documents in
// another way, refuses it as well ([ErrRules]): its clusters would be a mixture. Both
// errors say what differs.
//
// # Errors
//
// An error of a method that reads comes without an answer. One that wraps
// [ErrCorrupt] says that the index is damaged: the store then answers nothing more,
// and Check says what is wrong once it is opened again.
//
// # When the disk fails
//
// After a failed write the store refuses to write, with errors that wrap
// [ErrFailed], and answers from what was durable before. Close it, see to the
// disk, and open it again.
//
// docs/format.md of the repository describes the format.
package store
