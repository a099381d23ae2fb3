package eventlog_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/timetable"
)

func TestTheNumberOfFlightsIsLimited(t *testing.T) {
	additions := make([]timetable.Change, 50_002)
	for i := range additions {
		additions[i] = logtest.Addition(i)
	}
	for _, c := range []struct {
		reason  string
		o       eventlog.Options
		n       int
		refused int
	}{
		{"as many as the option says", eventlog.Options{Flights: 3}, 3, 0},
		{"and no more", eventlog.Options{Flights: 3}, 5, 2},
		{"50,000 when it says nothing", eventlog.Options{}, 50_002, 2},
		{"any number", eventlog.Options{Flights: -1}, 50_002, 0},
	} {
		log := eventlog.New(c.o)
		_, err := log.Append(t.Context(), additions[:c.n]...)
		refused, _ := errors.AsType[*eventlog.RefusedError](err)
		if n := 0; refused != nil {
			if n = len(refused.Changes); n != c.refused || refused.Changes[0].Index != c.n-n {
				t.Errorf("%s: %d changes are refused, want %d: %v", c.reason, n, c.refused, err)
			}
		} else if err != nil || c.refused > 0 {
			t.Errorf("%s: Append = %v, want %d refusals", c.reason, err, c.refused)
		}
		if n := len(logtest.Board(log)); err != nil && n != 0 {
			t.Errorf("%s: an append that was refused left %d flights", c.reason, n)
		}
	}
}

// Flights that wait for the disk count.
func TestTheLimitCountsFlightsThatAreBeingWritten(t *testing.T) {
	dir := t.TempDir()
	log, _, err := eventlog.Open(dir, eventlog.SyncAlways, eventlog.Options{Flights: 10})
	if err != nil {
		t.Fatal(err)
	}
	var publishers sync.WaitGroup
	var taken atomic.Int64
	for i := range 40 {
		publishers.Go(func() {
			if _, err := log.Append(t.Context(), logtest.Addition(i)); err == nil {
				taken.Add(1)
			}
		})
	}
	publishers.Wait()
	if n := len(logtest.Board(log)); n != 10 || taken.Load() != 10 {
		t.Errorf("%d additions were taken, and the board holds %d flights; want 10", taken.Load(), n)
	}
	log.Close()

	log, _, err = eventlog.Open(dir, eventlog.SyncAlways, eventlog.Options{Flights: 5})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	if n := len(logtest.Board(log)); n != 10 {
		t.Errorf("a log that was opened with a lower bound holds %d flights, want all 10", n)
	}
	if _, err := log.Append(t.Context(), logtest.Addition(99)); err == nil {
		t.Error("it took one more")
	}
}
