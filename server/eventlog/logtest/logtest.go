// Package logtest tests the promises of package eventlog, for logs in memory and on disk. Each promise is a subtest
// with its sentence as the name.
package logtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"flightboard/server/eventlog"
	"flightboard/server/eventstream"
	"flightboard/timetable"
)

// Open makes an empty log for one test.
type Open func(t *testing.T, o eventlog.Options) *eventlog.Log

// Run tests the promises of the logs that open makes.
func Run(t *testing.T, open Open) {
	t.Run("there is one timeline", func(t *testing.T) { timeline(t, open) })
	t.Run("every follower sees every record once and in order", func(t *testing.T) { followers(t, open) })
	t.Run("every position inside the window resumes exactly", func(t *testing.T) { inside(t, open) })
	t.Run("every other event ID gets a snapshot", func(t *testing.T) { outside(t, open) })
	t.Run("a replay that costs more than the board is a snapshot", func(t *testing.T) { costly(t, open) })
	t.Run("a snapshot and the records after it build the same board", func(t *testing.T) { wholeness(t, open) })
	t.Run("an append is all or nothing", func(t *testing.T) { atomic(t, open) })
	t.Run("bytes once handed out never change", func(t *testing.T) { immutable(t, open) })
	t.Run("a cursor that falls off the window gets a snapshot and goes on", func(t *testing.T) { fallen(t, open) })
	t.Run("viewers at one position share one snapshot", func(t *testing.T) { shared(t, open) })
	t.Run("an end is the last that a viewer gets", func(t *testing.T) { end(t, open) })
	t.Run("a woken follower misses nothing", func(t *testing.T) { wake(t, open) })
}

// Flight returns the nth of any number of different flights.
func Flight(n int) timetable.Flight {
	return timetable.Flight{Number: "LH" + strconv.Itoa(n), Origin: "Frankfurt",
		Arrival: fmt.Sprintf("%02d:%02d", n/60%24, n%60)}
}

// Addition is the change that puts Flight(n) on the board.
func Addition(n int) timetable.Change {
	return timetable.Change{Kind: timetable.KindAdd, Flight: Flight(n)}
}

// State is the change that gives Flight(n) a state.
func State(n int, state string) timetable.Change {
	return timetable.Change{Kind: timetable.KindUpdate, Named: timetable.FieldState.Bit(),
		Flight: timetable.Flight{Number: Flight(n).Number, State: state}}
}

// Append appends and returns the position, or ends the test.
func Append(t *testing.T, log *eventlog.Log, changes ...timetable.Change) eventlog.Position {
	t.Helper()
	at, err := log.Append(t.Context(), changes...)
	if err != nil {
		t.Fatalf("Append(%d changes) = %v", len(changes), err)
	}
	return at
}

// Drain reads all events that a cursor has now.
func Drain(t *testing.T, c *eventlog.Cursor) (events []eventstream.Event, ended bool) {
	t.Helper()
	for {
		next := c.Next()
		got := Parse(t, next.Bytes)
		if len(got) != next.Events {
			t.Fatalf("Next counts %d events and returns %d", next.Events, len(got))
		}
		events = append(events, got...)
		if next.Ended || len(next.Bytes) == 0 {
			return events, next.Ended
		}
	}
}

// Parse reads encoded events.
func Parse(t *testing.T, stream []byte) (events []eventstream.Event) {
	t.Helper()
	for e, err := range eventstream.Read(bytes.NewReader(stream)) {
		if err != nil {
			t.Fatalf("the log's bytes do not parse: %v\n%s", err, stream)
		}
		e.Data = bytes.Clone(e.Data)
		events = append(events, e)
	}
	return events
}

// Apply builds a board from events, as a client does.
func Apply(t *testing.T, board *timetable.Board, events []eventstream.Event) {
	t.Helper()
	for _, e := range events {
		kind, ok := timetable.KindOf(e.Type)
		if !ok {
			continue
		}
		var c timetable.Change
		if err := c.Decode(kind, string(e.Data)); err != nil {
			t.Fatalf("event %s: %v", e.ID, err)
		}
		board.Apply(&c)
	}
}

// Board returns the log's own board, as values.
func Board(log *eventlog.Log) (flights []timetable.Flight) {
	log.Read(func(b *timetable.Board, _ eventlog.Position) { flights = b.Snapshot().Board })
	return flights
}

func cursor(t *testing.T, log *eventlog.Log, id string) *eventlog.Cursor {
	t.Helper()
	c, err := log.Cursor(id, 0)
	if err != nil {
		t.Fatalf("Cursor(%q) = %v", id, err)
	}
	return &c
}

func ids(events []eventstream.Event) string {
	var all []string
	for _, e := range events {
		all = append(all, e.ID)
	}
	return strings.Join(all, " ")
}

func span(from, to eventlog.Position) string {
	var all []string
	for p := from; p <= to; p++ {
		all = append(all, p.String())
	}
	return strings.Join(all, " ")
}

var canceled = func() context.Context {
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errors.New("the publisher has left"))
	return ctx
}()
