package eventlog

import "flightboard/timetable"

// A Keeper stores the part of a board that is not in the records of a log: its overrides, and their base values.
//
// The log calls Keep with its lock held, before it writes a group of appends; b has the rows that they alter. Keep must
// not block or call the log. It returns nil functions if there is nothing to store.
//
// The log then calls keep, without its lock. keep blocks until the disk has what must be there before the records; if
// it fails, the group fails. At last the log calls kept with the group's error, nil if its records are in the log and
// on the board. The log writes the next group after kept has returned.
type Keeper interface {
	Keep(b *timetable.Batch) (keep func() error, kept func(err error))
}

// SetKeeper sets the log's keeper. It must be called before the first append.
func (l *Log) SetKeeper(k Keeper) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.keeper = k
}
