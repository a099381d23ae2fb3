package main

import (
	"bytes"
	"fmt"
	"time"

	"flightboard/server/eventlog"
	"flightboard/timetable"
)

// A ledger knows what was published and when it was due, and who has it. It belongs to one goroutine at a time, which
// publishes, receives, and holds every delivery against it.
type ledger struct {
	sequence  sequence
	viewers   int               // how many must have an event before it is delivered to all
	start     eventlog.Position // of the board before the first update
	due       []time.Time       // of each update that was published
	complete  int               // number of updates, from the first on, that all viewers have
	entries   []entry
	snapshots map[eventlog.Position][]byte
	opening   opening
	latency   latencies
	tally     tally
}

// An entry is what is known of one update since the first viewer got it.
type entry struct {
	eventType string
	data      []byte
	due       time.Time
	with      int    // viewers who have it
	block     []byte // a block of the stream, checked, that begins with this update; nil: none so far
	count     int    // updates in the block
}

// A tally counts what has happened on all connections together.
type tally struct {
	Deliveries int64 `json:"deliveries"`
	Bytes      int64 `json:"bytes"` // everything that came on the connections
	Sent       int64 `json:"sent"`  // everything that was sent on them
	Heartbeats int64 `json:"heartbeats"`
	Snapshots  int64 `json:"snapshots"` // a viewer's start among them
	Lost       int64 `json:"lost"`
	Doubled    int64 `json:"doubled"`
	Reordered  int64 `json:"reordered"`
	Corrupt    int64 `json:"corrupt"`
}

func newLedger(s sequence, viewers int, start eventlog.Position) *ledger {
	return &ledger{sequence: s, viewers: viewers, start: start, snapshots: map[eventlog.Position][]byte{}}
}

// publish notes that the next n updates are about to be published, and returns the number of the first.
func (l *ledger) publish(n int, due time.Time) (first int) {
	first = len(l.due)
	for range n {
		l.due = append(l.due, due)
	}
	return first
}

// published is how many updates were published so far.
func (l *ledger) published() int { return len(l.due) }

// entry returns what is known of an update, or nil if it was not published.
func (l *ledger) entry(number int) *entry {
	if number >= len(l.due) {
		return nil
	}
	for next := len(l.entries); next <= number; next++ {
		update := l.sequence.update(next)
		l.entries = append(l.entries, entry{eventType: update.Kind.EventType(), data: update.AppendJSON(nil),
			due: l.due[next]})
	}
	return &l.entries[number]
}

// delivered notes that one more viewer has the update.
func (l *ledger) delivered(number int, e *entry, now time.Time) {
	l.tally.Deliveries++
	l.latency.add(now.Sub(e.due))
	l.has(number, e)
}

func (l *ledger) has(number int, e *entry) {
	if e.with++; e.with < l.viewers || number != l.complete {
		return
	}
	for l.complete < len(l.entries) && l.entries[l.complete].with >= l.viewers {
		l.complete++
	}
}

// remember keeps a block that was checked, and the updates that are in it: for the next viewer who gets the very same
// bytes there is nothing more to check.
func (l *ledger) remember(block []byte, first, count int) {
	if e := &l.entries[first]; !bytes.Equal(e.block, block) {
		e.block, e.count = bytes.Clone(block), count
	}
}

// snapshot checks that a snapshot is the board at its position. The first one at a position is decoded and compared
// flight by flight, the others must be the same to the byte.
func (l *ledger) snapshot(at eventlog.Position, lines [][]byte) error {
	text := bytes.Join(lines, []byte("\n"))
	if known, ok := l.snapshots[at]; ok {
		if !bytes.Equal(known, text) {
			return fmt.Errorf("the snapshot at %d is not the same for all", at)
		}
		return nil
	}
	var got timetable.Change
	if err := got.Decode(timetable.KindReplace, string(text)); err != nil {
		return fmt.Errorf("the snapshot at %d: %w", at, err)
	}
	want := l.sequence.board(int(at - l.start))
	if len(got.Board) != want.Len() {
		return fmt.Errorf("the snapshot at %d has %d flights, want %d", at, len(got.Board), want.Len())
	}
	for i := range got.Board {
		got.Board[i].Dated = "" // by the server's clock, and not by the sequence
		if f := want.Flight(got.Board[i].Key()); f == nil || *f != got.Board[i] {
			return fmt.Errorf("the snapshot at %d has the flight %+v, want %+v", at, got.Board[i], f)
		}
	}
	l.snapshots[at] = text
	return nil
}
