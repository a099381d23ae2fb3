package eventlog

import "flightboard/timetable"

// A Keeper keeps what the records of a log do not hold: the overrides of a board, and the values below them.
//
// Keep is called, with the log locked, before a group of appends is written; b holds what they alter. It does not block
// and does not call the log. Without the lock the log then calls keep, which blocks until the disk has what it has to
// have before the records; if it fails, so does the group. Keep returns nil if there is nothing to keep. At last the log calls kept with what has become of the group:
// nil, if its records are in the log and on the board. The next group is written after kept has returned.
type Keeper interface {
	Keep(b *timetable.Batch) (keep func() error, kept func(err error))
}

// SetKeeper makes k keep what the records do not hold. It is called before the first append.
func (l *Log) SetKeeper(k Keeper) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.keeper = k
}
