package eventlog

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"

	"flightboard/server/eventstream"
	"flightboard/timetable"
)

const (
	segmentSuffix = ".log"
	unfinished    = "next.log.new" // a segment that is being made; older versions call it by its position
)

func segmentName(base Position) string { return fmt.Sprintf("%020d", base) + segmentSuffix }

func isSegment(name string) bool {
	digits, ok := strings.CutSuffix(name, segmentSuffix)
	return ok && len(digits) == 20 && strings.Trim(digits, "0123456789") == ""
}

// segmentNames returns the names of the segments, oldest first, and removes what an unfinished compaction has left.
func (s *store) segmentNames() (names []string, err error) {
	all, err := s.folder.Names()
	for _, name := range all {
		switch {
		case isSegment(name):
			names = append(names, name)
		case strings.HasSuffix(name, segmentSuffix+".new"):
			s.folder.Remove(name)
		}
	}
	return names, err
}

// load builds the board and the history from the segments. The newest begins with the board, so it alone has to be
// whole. Each begins where the one before it ends, except what older versions left behind: when they could not finish a
// compaction they went on in the segment before it. Its later records are in no board, and are applied as well.
func (l *Log) load(found *Recovery) error {
	s := l.store
	names, err := s.segmentNames()
	if err != nil {
		return err
	}
	if len(names) == 0 {
		board := l.board.Snapshot()
		return s.begin(&board, l.history.head)
	}
	older, name := names[:len(names)-1], names[len(names)-1]
	file, err := s.folder.Open(name, os.O_RDWR)
	if err != nil {
		return err
	}
	newest, board, err := readSegment(file)
	if err != nil {
		file.Close()
		return fmt.Errorf("%s: %w", name, err)
	}
	l.history.head = 0
	late, err := l.loadOlder(older, newest.base, found)
	if err == nil {
		l.board.Apply(&board)
		err = l.applyLate(late, newest.base)
	}
	if err == nil {
		err = l.loadNewest(file, name, newest, found)
	}
	if err != nil {
		file.Close()
		return err
	}
	if len(late) > 0 {
		s.full = s.size // so that the next append begins a segment with a board that has them all
	}
	l.born = max(l.born, l.history.head+1)
	l.next, l.edge = l.born, l.history.head
	return nil
}

// loadOlder puts the records of earlier segments into the history. It returns the names of those that have records
// after base.
func (l *Log) loadOlder(names []string, base Position, found *Recovery) (late []string, err error) {
	for _, name := range names {
		r, err := l.store.readOlder(name)
		if err == nil {
			err = l.replay(r, nil)
		}
		if damage := err; damage != nil && err != errTorn {
			if _, last := r.rest(); last > base {
				return nil, fmt.Errorf("%s: %w", name, damage)
			}
			found.Dropped = append(found.Dropped, fmt.Errorf("%s: %w", name, damage))
			l.forget() // what came before it would not join what comes after
		}
		if r.last > base {
			late = append(late, name)
		}
		l.store.segments = append(l.store.segments, segment{name, int64(len(r.text))})
	}
	return late, nil
}

// applyLate applies the records of earlier segments after base.
func (l *Log) applyLate(names []string, base Position) error {
	for _, name := range names {
		r, err := l.store.readOlder(name)
		for err == nil {
			var first Position
			var records [][]byte
			if first, records, err = r.next(); records == nil {
				break
			}
			for i, record := range records {
				if at := first + Position(i); at > base {
					err = errors.Join(err, l.apply(at, record))
				}
			}
		}
		if err != nil && err != errTorn {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// loadNewest applies the records of the newest segment, cuts its torn tail, and makes the store go on in it.
func (l *Log) loadNewest(file disk, name string, r *segmentReader, found *Recovery) error {
	err := l.replay(r, l.apply)
	if err == errTorn {
		found.Cut = int64(len(r.text) - r.at)
		err = file.Truncate(int64(r.at))
	}
	if err == nil && l.store.sync != SyncNever { // the process before this one may have ended before it could
		err = file.Sync()
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	l.store.use(file, name, int64(r.at))
	return nil
}

// readOlder returns a reader of an earlier segment. When there is an error there is nothing in it to read.
func (s *store) readOlder(name string) (*segmentReader, error) {
	file, err := s.folder.Open(name, os.O_RDONLY)
	if err != nil {
		return new(segmentReader), err
	}
	defer file.Close()
	r, _, err := readSegment(file)
	return r, err
}

func readSegment(file disk) (r *segmentReader, board timetable.Change, err error) {
	r = new(segmentReader)
	if r.text, err = readFile(file); err == nil {
		board, err = r.open()
	}
	return r, board, err
}

// replay adds the records of a segment to the history, and calls apply with each if it is not nil. A segment that
// begins after the head leaves a gap: the history begins anew. So it does after records that do not follow the head,
// as viewers who have them may not have the ones before.
func (l *Log) replay(r *segmentReader, apply func(Position, []byte) error) error {
	behind := r.base < l.history.head
	if r.base > l.history.head {
		l.history.head = r.base
		l.forget()
	}
	for {
		first, records, err := r.next()
		if err != nil || records == nil {
			if behind && r.last > r.base {
				l.forget()
			}
			return err
		}
		for i, record := range records {
			at := first + Position(i)
			if apply != nil {
				if err := apply(at, record); err != nil {
					return err
				}
			}
			if at > l.history.head {
				l.add(at, record, isEnd(record))
			}
		}
	}
}

// forget empties the history.
func (l *Log) forget() { l.history, l.ends = newHistory(l.history.head, l.history.limit), nil }

func (l *Log) apply(at Position, record []byte) error {
	if isEnd(record) {
		return nil
	}
	change, err := decodeRecord(record)
	if err != nil {
		return fmt.Errorf("record %d: %w", at, err)
	}
	l.board.Apply(&change)
	return nil
}

var endPrefix = []byte("event: " + endType + "\n")

func isEnd(record []byte) bool { return bytes.HasPrefix(record, endPrefix) }

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
