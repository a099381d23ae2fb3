package feed

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/timetable"
)

func TestLinger(t *testing.T) {
	quarter := 15 * time.Minute
	for _, c := range []struct {
		reason string
		linger Linger
		states []string      // one after the other, a minute apart; "-" removes the flight
		leaves time.Duration // after the last one; 0: it stays for a day
	}{
		{"a flight that has landed leaves", Linger{Landed: quarter, OffSchedule: 2 * time.Hour},
			[]string{"expected", "landed"},
			quarter},
		{"what comes after landing is landed still", Linger{Landed: quarter}, []string{"landed", "arrived", "on belt"},
			quarter - 2*time.Minute},
		{"a flight that is cancelled stays longer", Linger{Landed: quarter, OffSchedule: 2 * time.Hour},
			[]string{"cancelled"},
			2 * time.Hour},
		{"also one that is diverted", Linger{Landed: quarter, OffSchedule: 2 * time.Hour}, []string{"expected", "diverted"},
			2 * time.Hour},
		{"one that was diverted and came after all counts from then", Linger{Landed: quarter, OffSchedule: 2 * time.Hour},
			[]string{"diverted", "landed"}, quarter},
		{"one that was cancelled and flies stays", Linger{Landed: quarter, OffSchedule: 2 * time.Hour},
			[]string{"cancelled", "expected"}, 0},
		{"and counts anew when it lands", Linger{Landed: quarter}, []string{"landed", "landing", "landed"}, quarter},
		{"so does one that left and was put back", Linger{Landed: quarter}, []string{"landed", "-", "landed"}, quarter},
		{"a flight on its way stays", Linger{Landed: quarter, OffSchedule: quarter}, []string{"landing"}, 0},
		{"so does one with words of its own", Linger{Landed: quarter, OffSchedule: quarter},
			[]string{"waiting for a stand"}, 0},
		{"for ever", Linger{OffSchedule: quarter}, []string{"landed"}, 0},
		{"a feed may look after its own flights",
			Linger{Landed: quarter, Except: func(feed string) bool { return feed == "tower" }}, []string{"landed"}, 0},
	} {
		t.Run(c.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				log := eventlog.New(eventlog.Options{})
				ctx, cancel := context.WithCancel(t.Context())
				done := make(chan error, 1)
				go func() { done <- c.linger.Run(ctx, log) }()
				f := timetable.Flight{Number: "LH400", ID: "LH400-20261120", Feed: "tower"}
				for i, state := range c.states {
					if i > 0 {
						time.Sleep(time.Minute)
					}
					change := timetable.Change{Kind: timetable.KindAdd, Flight: f}
					if change.Flight.State = state; state == "-" {
						change.Kind = timetable.KindRemove
					}
					logtest.Append(t, log, change)
				}
				changed, left := time.Now(), time.Duration(0)
				for wake := log.Wake(); len(logtest.Board(log)) > 0 && time.Since(changed) < 24*time.Hour; wake = log.Wake() {
					select {
					case <-wake:
					case <-time.After(time.Hour):
					}
					if len(logtest.Board(log)) == 0 {
						left = time.Since(changed)
					}
				}
				cancel()
				if err := <-done; err != nil {
					t.Errorf("Run = %v", err)
				}
				if c.leaves == 0 && left != 0 || (left-c.leaves).Abs() > 2*time.Second {
					t.Errorf("it left after %v, want %v", left, c.leaves)
				}
			})
		})
	}
}

// A flight is removed once, in one event. A manual removal at the same moment is harmless.
func TestLingerRemovesOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := eventlog.New(eventlog.Options{})
		for n := range 20 {
			logtest.Append(t, log, logtest.Addition(n), logtest.State(n, "landed"))
		}
		var head eventlog.Position
		at := func() eventlog.Position {
			log.Read(func(_ *timetable.Board, p eventlog.Position) { head = p })
			return head
		}
		before := at()
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- (&Linger{Landed: time.Hour}).Run(ctx, log) }()
		time.Sleep(time.Hour - time.Minute)
		logtest.Append(t, log, timetable.Change{Kind: timetable.KindRemove, Flight: logtest.Flight(3)})
		time.Sleep(24 * time.Hour)
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run = %v", err)
		}
		if n, left := at()-before, len(logtest.Board(log)); n != 20 || left != 0 {
			t.Errorf("%d removals, want 20; %d flights are left", n, left)
		}
	})
}
