package eventlog

import (
	"context"
	"errors"
	"fmt"
	"time"

	"flightboard/server/eventstream"
	"flightboard/timetable"
)

// Append checks the changes, each against the board as the ones before it leave it, and appends all of them or, with
// a [*RefusedError], none. It returns the position of the last record as soon as the log has it, as durably as the log
// promises; no follower sees it earlier. What is idle is not appended; if all of it is, the position is the last record's.
// It fails when ctx is done before it began. The changes are completed as [timetable.Draft.Admit] describes; the log keeps
// no reference to them.
func (l *Log) Append(ctx context.Context, changes ...timetable.Change) (Position, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := context.Cause(ctx); err != nil {
		return 0, err
	}
	if len(changes) == 0 {
		return l.history.head, nil
	}
	draft, now := l.draft(), time.Now().UnixMicro()
	var refused RefusedError
	for i := range changes {
		changes[i].Heard = now
		if err := draft.Admit(&changes[i]); err != nil {
			refused.Changes = append(refused.Changes, Refusal{Index: i, Err: err})
		}
	}
	if len(refused.Changes) > 0 {
		return 0, &refused
	}
	records := make([]record, 0, len(changes))
	for i := range changes {
		if c := &changes[i]; c.Kind == timetable.Idle {
			l.board.Apply(c) // which notes whose it is, and how new
		} else {
			records = append(records, record{change: c, index: i})
		}
	}
	if len(records) == 0 {
		return l.history.head, nil
	}
	return l.enter(draft, records)
}

// End appends the record that tells every viewer that no more will come. A later Append opens the log again.
func (l *Log) End(ctx context.Context) (Position, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := context.Cause(ctx); err != nil {
		return 0, err
	}
	return l.enter(l.draft(), []record{{}})
}

// A group is what is written together: one append, or all that came while the group before it was being written. So
// publishers who wait for the disk share one sync.
type group struct {
	before      *group // is written first; nil when there is none to wait for
	first       Position
	text        []byte // the records, encoded
	records     []record
	base, draft *timetable.Draft // of the group's first append, and of its last
	done        chan struct{}    // closed when the group is in the log or has failed
	err         error
}

type record struct {
	change *timetable.Change // nil: the log's end
	index  int               // among the changes of the append
	end    int               // where the record ends in the group's text
}

// draft begins a draft on the board as it will be when all that has been admitted so far is in the log.
func (l *Log) draft() *timetable.Draft {
	switch {
	case l.pending != nil:
		return l.pending.draft.Draft()
	case l.writing != nil:
		return l.writing.draft.Draft()
	}
	return l.board.Draft()
}

// enter puts the records into the pending group and returns when it is in the log. It is called with mu held, and lets
// go of it while it waits.
func (l *Log) enter(draft *timetable.Draft, records []record) (Position, error) {
	g, leads := l.pending, l.pending == nil
	if leads {
		g = &group{before: l.writing, first: l.next, base: draft, done: make(chan struct{})}
		l.pending = g
	}
	text, before, next := g.text, g.records, l.next
	for _, r := range records {
		g.text = l.encode(g.text, r.change)
		r.end = len(g.text)
		g.records = append(g.records, r)
		l.next++
		if g.frameSize() <= maxFrame {
			continue
		}
		g.text, g.records, l.next = text, before, next
		if !leads { // the append may fit into a group of its own
			return 0, errors.New("eventlog: too much waits to be written")
		}
		l.pending = nil
		err := fmt.Errorf("does not fit with those before it: an append has at most %d bytes", maxFrame)
		return 0, &RefusedError{Changes: []Refusal{{Index: r.index, Err: err}}}
	}
	g.draft = draft
	at := l.next - 1
	if leads {
		l.write(g)
	} else {
		l.mu.Unlock()
		<-g.done
		l.mu.Lock()
	}
	if g.err != nil {
		return 0, g.err
	}
	return at, nil
}

func (l *Log) encode(dst []byte, c *timetable.Change) []byte {
	e := eventstream.Event{Type: endType, ID: l.next.String(), Data: []byte{}}
	if c != nil {
		l.scratch = c.AppendJSON(l.scratch[:0])
		e.Type, e.Data = c.Kind.EventType(), l.scratch
	}
	dst, err := e.AppendText(dst)
	if err != nil {
		panic("eventlog: a checked change cannot be encoded: " + err.Error())
	}
	return dst
}

const endType = "closedConnection"

// write is called, with mu held, by the append that began the group. The group stays open to others until the one
// before it is done.
func (l *Log) write(g *group) {
	if g.before != nil {
		l.mu.Unlock()
		<-g.before.done
		l.mu.Lock()
		g.err, g.before = g.before.err, nil // what was checked against a group that has failed fails with it
	}
	l.pending = nil
	if g.err == nil && l.store != nil {
		l.writing = g
		compact := l.store.compaction(l)
		l.mu.Unlock()
		compact()
		g.err = l.store.write(g)
		l.mu.Lock()
		l.writing = nil
	}
	if g.err != nil {
		l.next = max(l.history.head+1, l.born)
	} else {
		l.publish(g)
	}
	close(g.done)
}

// publish makes the group visible.
func (l *Log) publish(g *group) {
	from := 0
	for i, r := range g.records {
		l.add(g.first+Position(i), g.text[from:r.end], r.eventType())
		if r.change != nil {
			l.board.Apply(r.change)
		}
		from = r.end
	}
	if l.pending != nil {
		l.pending.base.Settle()
	}
	l.signal()
}

// eventType is the event type under which the record travels.
func (r record) eventType() string {
	if r.change == nil {
		return endType
	}
	return r.change.Kind.EventType()
}

func (l *Log) add(at Position, text []byte, eventType string) {
	l.history.add(at, eventType, text)
	if eventType == endType {
		l.ends = append(l.ends, at)
	}
	for len(l.ends) > 0 && l.ends[0] < l.history.oldest() {
		l.ends = l.ends[1:]
	}
}
