package eventlog

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"flightboard/timetable"
)

// A Stream orders the records of several logs, which are thus equal: it is that of a message broker. A log appends to
// it, and gets from it, by [Log.Receive], what all logs append.
type Stream interface {
	// Append appends a group, all of it or nothing, if the stream's last position is the one before it. It blocks until
	// the stream has the group, as durably as the stream promises. It returns [ErrBehind] if the stream has something
	// else there, which the log has not received yet, and a [*RefusedError] if it cannot take such a group at all.
	// After another error the group may be in the stream, or get there later; the log receives it then. Appends then
	// fail with an error that is [ErrUnavailable], too.
	Append(Group) error
	// Most is the most records of a group.
	Most() int
}

// A Group is the records that a log appends together to its stream, at consecutive positions, and the overrides after
// them. A group without records takes one position.
type Group struct {
	First     Position
	Records   [][]byte // encoded events. The stream only reads them
	Overrides []timetable.OverrideChange
}

// ErrBehind is returned by [Stream.Append]. Reports are then merged again, with what the log receives.
var ErrBehind = errors.New("eventlog: another log has appended to the stream")

// ErrUnavailable is returned by appends if the log's stream cannot be reached now, or cannot take changes.
var ErrUnavailable = errors.New("eventlog: the stream takes no changes now")

// errUnreceived is returned if a log is behind its stream for too long.
var errUnreceived = fmt.Errorf("%w: others come first, and have not been received in time", ErrUnavailable)

// patience is how long an append waits for what other logs have appended.
const patience = 5 * time.Second

// A Message is one position of a stream.
type Message struct {
	At        Position
	Record    *Record                                // nil: there is none
	Overrides map[string]*timetable.OverriddenFlight // that flights have from now on; nil: none any more
}

// ErrGap is returned by [Log.Receive] if messages are missing.
var ErrGap = errors.New("eventlog: messages of the stream are missing")

// SetStream makes the log, which must be in memory, one of those of a stream. It must be called before the first
// append, and [Log.Rebuild] before the first message is received.
func (l *Log) SetStream(s Stream) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.store != nil {
		panic("eventlog: a log on disk cannot have a stream")
	}
	l.stream, l.turn, l.received = s, make(chan struct{}, 1), make(chan struct{})
}

// Received returns the last position of the stream that the log has. It is later than the head if the last messages had
// no records.
func (l *Log) Received() Position {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.tail
}

// Receive takes messages of the stream, in their order. It skips those that the log has, because it has appended them.
// It returns [ErrGap], and takes none, if one is missing; then [Log.Rebuild] is needed. It must not be called
// concurrently.
func (l *Log) Receive(messages ...Message) error {
	l.turn <- struct{}{} // waits until the stream has answered an append, which may be among the messages
	defer func() { <-l.turn }()
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(messages) > 0 && messages[0].At <= l.tail {
		messages = messages[1:]
	}
	if len(messages) == 0 {
		return nil
	}
	var records []Record
	overrides := make(map[string]*timetable.OverriddenFlight)
	for i, m := range messages {
		if want := l.tail + 1 + Position(i); m.At != want {
			return fmt.Errorf("%w: %d comes in place of %d", ErrGap, m.At, want)
		}
		if m.Record != nil {
			records = append(records, *m.Record)
		}
		maps.Copy(overrides, m.Overrides)
	}
	groups, err := newReplicas(l.history.head, records)
	if err != nil {
		return err
	}
	l.supersede(messages[len(messages)-1].At)
	for _, g := range groups {
		l.publish(g)
	}
	l.override(overrides)
	return nil
}

// An Image is a log's board and overrides after a position of the stream.
type Image struct {
	Board     timetable.Change // of all flights
	Head      Position         // of the board's last record
	Received  Position
	Overrides map[string]*timetable.OverriddenFlight
}

// Image returns the image of the log. The caller only reads it.
func (l *Log) Image() Image {
	l.mu.Lock()
	defer l.mu.Unlock()
	return Image{l.board.Snapshot(), l.history.head, l.tail, maps.Collect(l.board.Overrides())}
}

// Rebuild makes the log what the image is. The window has records up to the image's head, or none. Viewers whose
// positions are not in the window get a snapshot.
func (l *Log) Rebuild(i Image, window []Record) error {
	l.turn <- struct{}{}
	defer func() { <-l.turn }()
	l.mu.Lock()
	defer l.mu.Unlock()
	history, ends, err := l.restored(i.Head, window)
	if err != nil {
		return err
	}
	l.supersede(i.Received)
	overrides := make(map[string]*timetable.OverriddenFlight)
	for key := range l.board.Overrides() {
		overrides[key] = nil
	}
	maps.Copy(overrides, i.Overrides)
	l.begin(&i.Board, i.Head, history, ends)
	l.next = i.Received + 1
	l.override(overrides)
	return nil
}

// supersede moves to a later position of the stream. Appends that have not been sent to the stream were merged with an
// older board, and have to be merged again. It is called with mu held in a turn.
func (l *Log) supersede(received Position) {
	if g := l.pending; g != nil {
		g.err, g.superseded = ErrBehind, true
		l.pending = nil
	}
	if g := l.writing; g != nil && g.batch != nil {
		g.err, g.superseded = ErrBehind, true
		l.writing = nil
	}
	l.advance(received)
	l.next = l.tail + 1
}

// advance notes that the log has the stream up to a position. It is called with mu held.
func (l *Log) advance(to Position) {
	l.tail = to
	close(l.received)
	l.received = make(chan struct{})
}

// override gives flights overrides that another log has published. It is called with mu held, and unlocks it at last
// for a moment.
func (l *Log) override(flights map[string]*timetable.OverriddenFlight) {
	if len(flights) == 0 {
		return
	}
	batch := l.board.Batch(0)
	for key, o := range flights {
		batch.SetOverride(key, o)
	}
	var kept func(error)
	if l.keeper != nil {
		_, kept = l.keeper.Keep(batch)
	}
	batch.Commit()
	if kept != nil {
		l.mu.Unlock()
		kept(nil)
		l.mu.Lock()
	}
}

// order appends the group to the stream. It is called with mu held in a turn, and unlocks mu meanwhile.
func (l *Log) order(g *group) error {
	switch {
	case g.err != nil:
		return g.err
	case g.first != l.tail+1:
		return ErrBehind
	}
	entry := Group{First: g.first, Overrides: g.batch.Overrides()}
	from := 0
	for _, r := range g.records {
		entry.Records = append(entry.Records, g.text[from:r.end:r.end])
		from = r.end
	}
	l.mu.Unlock()
	err := l.stream.Append(entry)
	l.mu.Lock()
	_, refused := errors.AsType[*RefusedError](err)
	switch {
	case err == nil:
		l.advance(g.first + Position(max(len(g.records), 1)) - 1)
		l.next = max(l.next, l.tail+1)
	case !refused && !errors.Is(err, ErrBehind):
		err = fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return err
}

// inOrder calls attempt until it does not fail with [ErrBehind], each time after the log has received more of the
// stream. It is called with mu held.
func (l *Log) inOrder(ctx context.Context, attempt func() (Position, error)) (Position, error) {
	var late <-chan time.Time
	for {
		was := l.tail
		at, err := attempt()
		if !errors.Is(err, ErrBehind) {
			return at, err
		}
		if late == nil {
			late = time.After(patience)
		}
		for l.tail == was {
			received := l.received
			l.mu.Unlock()
			select {
			case <-received:
			case <-late:
				err = errUnreceived
			case <-ctx.Done():
				err = context.Cause(ctx)
			}
			l.mu.Lock()
			if !errors.Is(err, ErrBehind) {
				return 0, err
			}
		}
	}
}
