package eventlog

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"flightboard/server/eventstream"
	"flightboard/timetable"
)

// Sync says when a durable log makes the disk keep what it was given.
type Sync time.Duration

const (
	// SyncAlways syncs before an append is acknowledged and before anybody sees it: what was acknowledged or seen
	// survives a power failure. Publishers who wait together share a sync.
	SyncAlways Sync = 0
	// SyncNever leaves it to the operating system: what was acknowledged survives the end of the process, however
	// sudden, but not that of the machine. An interval, any Sync above 0, promises the same, and that a failure of the
	// machine takes no more than the appends of one interval.
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

// A Recovery is what opening a durable log has found.
type Recovery struct {
	Flights int      // on the board
	Head    Position // of the last record
	Cut     int64    // bytes of a torn tail that were cut: of an append that was never acknowledged
	Dropped []error  // older segments that could not be read; viewers who would resume in them get a snapshot
}

// Open opens the log in a folder, or makes one. The log is durable: what [Log.Append] has acknowledged is there after
// a restart, as far as sync promises. Positions go on where they ended or, so that none that a viewer may have seen is
// used again after a power failure, later. Viewers resume as if nothing had happened.
//
// Open fails when another process has the log open, and when records would be lost because it is damaged elsewhere
// than at its end.
func Open(dir string, sync Sync, o Options) (*Log, Recovery, error) {
	var found Recovery
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, found, fmt.Errorf("eventlog: %w", err)
	}
	lock, err := lockFile(filepath.Join(dir, "lock"))
	if err != nil {
		return nil, found, fmt.Errorf("eventlog: %s is in use by another process: %w", dir, err)
	}
	now := Position(time.Now().UnixMicro())
	l := newLog(now, now+1, o)
	l.store = &store{dir: dir, sync: sync, lock: lock, history: int64(l.history.limit), grain: int64(max(l.history.limit/4, 64<<10))}
	if err := l.load(&found); err != nil {
		l.store.close()
		return nil, found, fmt.Errorf("eventlog: %s: %w", dir, err)
	}
	found.Flights, found.Head = l.board.Len(), l.history.head
	return l, found, nil
}

// Close syncs and closes a durable log. Appends fail from then on; what followers have not read yet they still can.
func (l *Log) Close() error {
	if l.store == nil {
		return nil
	}
	return l.store.close()
}

// load builds the board and the history from the segments, oldest first. Only the newest has to be whole: it begins
// with the board.
func (l *Log) load(found *Recovery) error {
	s := l.store
	leftovers, _ := filepath.Glob(filepath.Join(s.dir, "*.log.new"))
	for _, name := range leftovers {
		os.Remove(name)
	}
	names, _ := filepath.Glob(filepath.Join(s.dir, "*.log")) // sorted, and the only error is a bad pattern
	if len(names) == 0 {
		board := l.board.Snapshot()
		return s.begin(&board, l.history.head)
	}
	window := l.history.limit
	for i, path := range names {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, newest := filepath.Base(path), i == len(names)-1
		err = l.loadSegment(text, newest, found)
		switch {
		case err == nil:
		case newest:
			return fmt.Errorf("%s: %w", name, err)
		default: // what came before it would not join what comes after
			found.Dropped = append(found.Dropped, fmt.Errorf("%s: %w", name, err))
			l.history, l.ends = newHistory(l.history.head, window), nil
		}
		if !newest {
			s.segments = append(s.segments, segment{name, int64(len(text))})
			continue
		}
		file, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			return err
		}
		good := int64(len(text)) - found.Cut
		if found.Cut > 0 {
			if err := errors.Join(file.Truncate(good), file.Sync()); err != nil {
				file.Close()
				return err
			}
		}
		s.use(file, name, good)
	}
	l.born = max(l.born, l.history.head+1)
	l.next, l.edge = l.born, l.history.head
	return nil
}

func (l *Log) loadSegment(text []byte, newest bool, found *Recovery) error {
	r := segmentReader{text: text}
	board, err := r.open()
	if err != nil {
		return err
	}
	if newest {
		l.board.Apply(&board)
	}
	if len(l.history.chunks) == 0 {
		l.history.head = r.base
	} else if r.base != l.history.head {
		return fmt.Errorf("begins at %d, the one before it ends at %d", r.base, l.history.head)
	}
	for {
		first, records, err := r.next()
		if err == errTorn && newest {
			found.Cut = int64(len(text) - r.at)
			return nil
		}
		if err != nil || records == nil {
			return err
		}
		for i, record := range records {
			at := first + Position(i)
			end := bytes.HasPrefix(record, endPrefix)
			if newest && !end {
				change, err := decodeRecord(record)
				if err != nil {
					return fmt.Errorf("record %d: %w", at, err)
				}
				l.board.Apply(&change)
			}
			l.add(at, record, end)
		}
	}
}

var endPrefix = []byte("event: " + endType + "\n")

// decodeRecord turns an encoded event back into the change it came from.
func decodeRecord(record []byte) (c timetable.Change, err error) {
	for e, err := range eventstream.Read(bytes.NewReader(record)) {
		if err != nil {
			return c, err
		}
		kind, ok := timetable.KindOf(e.Type)
		if !ok {
			return c, fmt.Errorf("unknown event %q", e.Type)
		}
		return c, c.Decode(kind, string(e.Data))
	}
	return c, errors.New("no event")
}
