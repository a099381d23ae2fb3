package eventlog

import (
	"errors"
	"fmt"
	"time"
)

// Sync is when a durable log syncs its appends to the disk.
type Sync time.Duration

const (
	// SyncAlways syncs before an append is acknowledged and before a follower sees it, so both survive a power failure.
	// Publishers that wait at the same time share a sync.
	SyncAlways Sync = 0
	// SyncNever leaves it to the operating system: acknowledged appends survive a crash of the process, but not one of
	// the machine. An interval, any Sync above 0, promises the same, and that a crash of the machine loses no more than
	// the appends of one interval.
	SyncNever Sync = -1
)

// ParseSync reads always, never, or an interval such as 1s.
func ParseSync(s string) (Sync, error) {
	switch s {
	case "always":
		return SyncAlways, nil
	case "never":
		return SyncNever, nil
	}
	if d, err := time.ParseDuration(s); err == nil && d > 0 {
		return Sync(d), nil
	}
	return 0, fmt.Errorf("%q: want always, never, or an interval such as 1s", s)
}

// A Recovery is the result of opening a durable log.
type Recovery struct {
	Flights int      // on the board
	Head    Position // of the last record
	Cut     int64    // bytes that were cut at the end, of an incomplete append that was not synced yet
	Dropped []error  // older segments that could not be read; viewers that would resume in them get a snapshot
	Lost    []error  // acknowledged changes that a power failure, before they were synced, or Options.Repair lost
}

// ErrDamaged is returned by [Open] if changes that were acknowledged and synced are missing. See [Options.Repair].
var ErrDamaged = errors.New("acknowledged changes are damaged or missing")

// Open opens the log in a folder, or makes one. The log is durable: changes that [Log.Append] acknowledged are there
// after a restart, as far as sync promises, and viewers resume without a snapshot. New positions begin at the wall clock in
// microseconds, if that is later than the last one, so that none which a viewer may have seen is used again, also after a
// power failure and in a folder from a backup.
//
// Open fails if another process has the log open, and with [ErrDamaged] if acknowledged and synced changes would be
// lost.
func Open(dir string, sync Sync, o Options) (*Log, Recovery, error) {
	f, err := openFolder(dir)
	if err != nil {
		return nil, Recovery{}, err
	}
	l, found, err := openIn(f, sync, o)
	if err != nil {
		return nil, found, fmt.Errorf("eventlog: %s: %w", dir, err)
	}
	return l, found, nil
}

// openIn opens the log in a folder, which it closes with the log.
func openIn(f folder, sync Sync, o Options) (*Log, Recovery, error) {
	var found Recovery
	now := Position(time.Now().UnixMicro())
	l := newLog(now, now+1, o)
	l.store = &store{folder: f, sync: sync, history: int64(l.history.limit), grain: int64(max(l.history.limit/4, 64<<10)),
		measures: &l.measures}
	if err := (&loader{Log: l, repair: o.Repair, found: &found}).load(); err != nil {
		l.store.close()
		return nil, found, err
	}
	l.store.acquire()
	defer l.store.release()
	l.store.bulky = l.store.keepMark()
	l.next, l.edge = l.born, l.history.head
	found.Flights, found.Head = l.board.Len(), l.history.head
	return l, found, nil
}

// Close syncs and closes a durable log. An error means that changes may be lost. Later appends fail; followers can
// still read the records that they have not read yet.
func (l *Log) Close() error {
	if l.store == nil {
		return nil
	}
	return l.store.close()
}
