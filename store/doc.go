// Package store keeps a [reprint.Detector] on disk: the same answers, durable
// and still there after a restart, in one folder that one process writes at a
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
// When a method that writes returns without an error, what it wrote is on disk. It
// is there after the process is killed or the power fails. When it returns an error,
// nothing of it was written, with one exception: if the error wraps [ErrFailed], a
// write to the disk failed, and only opening the store again shows whether that one
// operation is there. A batch is there as a whole or not at all.
//
// The clusters are a function of the operations and their order. A store that is
// opened again, however it ended, has the clusters, figures and events that it had.
// A Detector that gets the same operations in the same order has the same.
//
// # What it takes
//
// The index is on disk. In memory are the lists, documents and clusters that were
// used lately, up to [Options].Cache. Each document takes about 150 bytes more. Of
// these, ten bits for each of its new shingles and bands are a filter, which saves
// most reads for keys that are not on disk. What has changed since the last
// checkpoint is in memory, too, and in the log. Go lets the heap grow between
// collections by as much again: a program that is short of memory sets GOGC or
// GOMEMLIMIT. In a program that is built with cgo, part of the cache is memory of the
// C library, which may hold twice as much as is in use, and which GOMEMLIMIT does not
// know of; CGO_ENABLED=0 saves that.
// RESULTS.md in folder bench of the repository has what was measured.
//
// A checkpoint is written after every [Options].Checkpoint operations, while others
// go on, and by Close. Opening a store replays what came after the last one.
//
// # The feed
//
// Every operation has a position, 1 for the first, and positions grow by one, also
// over restarts. [Store.Events] yields what the operations did from a position on,
// and [Store.Follow] waits for more. If you keep a copy of the clusters, begin with
// [Store.Snapshot], which has them and their position, and apply the changes from the
// next position on. Remember in one transaction with each the position of the [Change]
// that you have applied, and ask from the next one on. If you were away for longer than
// changes are kept ([ErrTrimmed]), take a snapshot again. Clusters that are listed and a
// position that is asked for by itself do not fit together while others write. The
// folder examples/pipeline of the repository does all that with a table of SQLite.
//
// # In tests
//
// A Store is a [reprint.Collection], as a Detector is. Code that takes a Collection can be
// tested with a Detector, in memory.
//
// # What expires
//
// With [Options].Window the store removes documents that are older than the window,
// counted back from the newest time. By default ([ByPublished]) a document's time is
// that of its publication, or of its arrival if that is unknown. With [ByArrival] it
// is always that of its arrival.
//
// Under ByPublished the newest time is the latest known time of publication of all
// documents that were ever added. A document that claims to be published after
// it arrived counts as published on arrival, so that one wrong date cannot expire
// everything. Documents without a time do not move it. The newest time is on disk,
// and does not depend on when the store is opened. Under ByArrival it is the clock,
// which does not go back.
//
// A clock that is wrong once must not let everything expire. So documents are refused
// ([ErrClock]) while the machine's clock is further ahead of the last document than
// [Options].ClockStep, which the log tells. After a long pause, or where the clock was
// wrong when the store was made, [Store.SetClock] sets the store's.
//
// A document that is older than the window when it arrives is not added: Add
// returns an error that wraps [ErrExpired], and AddAll skips it. Documents that
// have become too old are removed with the operations that follow, about a thousand
// at a time, and appear as [Expired] in the feed. While no documents arrive nothing
// expires; call [Store.Expire] for that.
//
// # One process
//
// One process at a time can open a folder for writing; another one gets [ErrLocked].
// Any number can read it with ReadOnly while none writes. To look at a store that is being
// written, open a copy of it with [OpenCopy], which is gone when it is closed. [Backup] makes
// one that stays. Both copy the store as it is at one moment, with all that was acknowledged
// before, and neither asks the writer for anything: on the same file system they share its
// files, and take some milliseconds. They may begin again while it is written fast, and
// return an error that wraps ErrLocked where it is always faster. Do not copy the folder of
// an open store in another way: the copy would be damaged. The folder of a closed one can be
// copied and moved as it is.
//
// The lock is one of the open file where the system has such locks, as Linux, macOS and the
// BSDs have: reading the folder does not lose it. A folder that is moved or removed while it is open for
// writing ends the store with ErrFailed: nothing is written to what is then in its
// place. Each write is preceded by that look, and not one with it: only a folder that
// is replaced within microseconds would not be noticed. (On Windows a folder that is
// open cannot be moved.)
//
// A folder that Open makes is for its owner alone (mode 0700), and with it all that is
// in it, as texts may be confidential. Folders above it that are made, too, have the
// usual mode. A folder that is there keeps the mode that it has: make it yourself to
// share it with a group.
//
// # Settings and rules
//
// A store keeps the options with which it was made, with defaults written out, and
// the versions of the rules by which documents match and clusters are formed. Open
// takes the same options or none, and refuses others ([ErrScheme]). A version of
// this package that has other rules, or that samples documents in another way,
// refuses the store as well ([ErrRules]): its clusters would be a mixture. Both
// errors say what differs.
//
// # Errors
//
// When a method that reads returns an error, it returns no answer. An error that
// wraps [ErrCorrupt] says that the index is damaged. The store then writes nothing any
// more, and answers nothing that needs the index. Opened for reading it still has its
// documents, texts, counts and events, and Check says what is wrong. [Repair] makes it
// anew from its documents.
//
// # When the disk fails
//
// After a failed write the store refuses to write, with errors that wrap
// [ErrFailed], and answers from what was durable before. Close it, repair or free
// the disk, and open it again. Of a store whose log could not be written some memory
// is never given back, as much as Options.Cache at most: Pebble, which would end the
// process, is stopped where it is instead. A service had better end in its own time.
//
// A disk that is full is not let come to that: see [Options].MinFree. Additions get
// [ErrNoSpace] before, and go on by themselves once there is room.
//
// # When something is gone
//
// The file RECEIPT in the folder says what was acknowledged. If a log or a list of
// tables is later missing or damaged, so that less is there, Open returns [ErrLost]
// with the positions that are gone, and has changed nothing. Restore the folder from
// a copy, or open it with [Options].AcceptLoss. After a kill the receipt is exact.
// After a power failure it may lack the last tenth of a second: what was acknowledged
// then is there as well, but if its log were damaged on top, nothing would tell.
//
// docs/format.md of the repository describes the format.
package store
