package eventlog

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"time"

	"flightboard/server/eventstream"
	"flightboard/timetable"
)

// A Record is a record of another log, as that one's event stream has it.
type Record struct {
	At   Position
	Type string // the event type
	Data []byte // the event's data
}

// Replicate appends records of another log at their positions, which must be later than the head and increase. It
// blocks until the log has them, as durably as it was opened for. It appends none if one of them is not a record of a
// log; if the disk fails, those that are in the log are the first ones. The logs are equal if this one has no other
// publisher, and Restore made it.
func (l *Log) Replicate(records ...Record) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	groups, err := newReplicas(l.history.head, records)
	if err != nil {
		return err
	}
	for _, g := range groups {
		if err := l.persist(g); err != nil {
			return err
		}
		l.next = l.history.head + 1
	}
	return nil
}

// newReplicas returns the records, all later than head, in groups of consecutive positions.
func newReplicas(head Position, records []Record) (groups []*group, err error) {
	for len(records) > 0 {
		n := 1
		for n < len(records) && n < replicaRecords && records[n].At == records[n-1].At+1 {
			n++
		}
		g, err := newReplica(head, records[:n])
		if err != nil {
			return nil, err
		}
		groups, head, records = append(groups, g), records[n-1].At, records[n:]
	}
	return groups, nil
}

const replicaRecords = 10_000 // the most in a group

// newReplica returns the group of records at consecutive positions, all later than head.
func newReplica(head Position, records []Record) (*group, error) {
	g := &group{first: records[0].At, timing: &Timing{Appended: time.Now()}}
	for _, r := range records {
		if r.At <= head {
			return nil, fmt.Errorf("eventlog: the record at %d comes after the one at %d", r.At, head)
		}
		change, err := r.change()
		if err != nil {
			return nil, fmt.Errorf("eventlog: the record at %d: %w", r.At, err)
		}
		if g.text, err = r.appendText(g.text); err != nil {
			return nil, fmt.Errorf("eventlog: the record at %d: %w", r.At, err)
		}
		g.records = append(g.records, record{change: change, end: len(g.text)})
		head = r.At
	}
	if g.frameSize() > maxFrame {
		return nil, fmt.Errorf("eventlog: an append has at most %d bytes", maxFrame)
	}
	return g, nil
}

// change returns the change that the record has; nil: the log's end.
func (r *Record) change() (*timetable.Change, error) {
	if r.Type == endType {
		return nil, nil
	}
	kind, ok := timetable.KindOf(r.Type)
	if !ok {
		return nil, fmt.Errorf("unknown event %q", r.Type)
	}
	change := new(timetable.Change)
	return change, change.Decode(kind, string(r.Data))
}

func (r *Record) appendText(dst []byte) ([]byte, error) {
	return eventstream.Event{Type: r.Type, ID: r.At.String(), Data: r.Data}.AppendText(dst)
}

// Window returns what another log needs for [Log.Restore]: the snapshot of the board, its position, and the records of
// the window up to there, in their order. The bytes are shared: the caller only reads them.
func (l *Log) Window() (snapshot []byte, at Position, window [][]byte) {
	snapshot, at = l.Snapshot()
	l.mu.Lock()
	defer l.mu.Unlock()
	for p := l.history.oldest() - 1; p < at; {
		run, last, ok := l.history.since(p, at, false)
		if !ok {
			break // the window has moved on: the caller tries again
		}
		window = append(window, run.text)
		p = last
	}
	return snapshot, at, window
}

// Restore makes the log equal to another one, whose board this is at a position, and whose window has these records up
// to that position. Viewers whose positions are not in the window get a snapshot. Restore blocks until the disk has all
// of it, if the log is durable.
func (l *Log) Restore(board *timetable.Change, at Position, window []Record) error {
	history, ends, err := l.restored(at, window)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.store != nil {
		groups, _ := newReplicas(0, window)
		if err := l.store.restore(board, at, groups); err != nil {
			return err
		}
	}
	l.begin(board, at, history, ends)
	return nil
}

// restored returns the history with the records of a window, which ends at a position, and the ends in it.
func (l *Log) restored(at Position, window []Record) (history history, ends []Position, err error) {
	groups, err := newReplicas(0, window)
	if err != nil {
		return history, nil, err
	}
	history = newHistory(at, l.history.limit)
	for _, g := range groups {
		g.each(func(at Position, text []byte, eventType string) {
			history.add(at, eventType, text)
			if eventType == endType {
				ends = append(ends, at)
			}
		})
	}
	for len(ends) > 0 && ends[0] < history.oldest() {
		ends = ends[1:]
	}
	if history.head != at {
		err = fmt.Errorf("eventlog: the window ends at %d, and the board is that at %d", history.head, at)
	}
	return history, ends, err
}

// begin makes the log that of a board at a position. It is called with mu held.
func (l *Log) begin(board *timetable.Change, at Position, history history, ends []Position) {
	l.board.Apply(board)
	l.history, l.ends = history, ends
	l.ticks, l.gathering, l.edge, l.born, l.next = nil, nil, at, at+1, at+1
	l.signal()
}

// apply alters a board by the changes of the group.
func (g *group) apply(b *timetable.Board) {
	for _, r := range g.records {
		if r.change != nil {
			b.Apply(r.change)
		}
	}
}

// each calls f with the records of the group.
func (g *group) each(f func(at Position, text []byte, eventType string)) {
	from := 0
	for i, r := range g.records {
		f(g.first+Position(i), g.text[from:r.end], r.eventType())
		from = r.end
	}
}

// restore replaces all segments by one that begins with the board, and one before it with the groups. If the process
// ends meanwhile, the next start finds the board without the groups, or an empty folder.
func (s *store) restore(board *timetable.Change, at Position, groups []*group) error {
	s.acquire()
	defer s.release()
	if s.broken != nil {
		return s.broken
	}
	err := s.forgetMark()
	s.file.Close()
	for _, old := range s.segments {
		err = cmp.Or(err, s.folder.Remove(old.name))
	}
	s.file, s.segments, s.unsynced = nil, nil, false
	if err = cmp.Or(err, s.begin(board, at)); err == nil {
		err = cmp.Or(s.keepMark(), s.writeOlder(groups))
	}
	if err != nil {
		return s.fail(err)
	}
	return nil
}

// writeOlder writes the groups into a segment that is older than the current one, for viewers that return after a
// restart. Its board is empty, because a start does not read it.
func (s *store) writeOlder(groups []*group) error {
	if len(groups) == 0 {
		return nil
	}
	base := groups[0].first - 1
	text := appendBoard([]byte(magic), &timetable.Change{Kind: timetable.KindReplace}, base)
	for _, g := range groups {
		text = g.appendFrame(text)
	}
	name := segmentName(base)
	file, err := s.folder.Open(unfinished, os.O_RDWR|os.O_CREATE|os.O_TRUNC)
	if err != nil {
		return err
	}
	defer file.Close()
	if _, err = file.WriteAt(text, 0); err == nil {
		err = cmp.Or(file.Sync(), s.folder.Rename(unfinished, name), s.folder.Sync())
	}
	if err == nil {
		s.segments = slices.Insert(s.segments, 0, segment{name, int64(len(text))})
	}
	return err
}
