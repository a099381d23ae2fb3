package main

import (
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/timetable"
)

// TestPublishersDoNotWaitForTheFile lets the file's disk hang: who touches no overridden flight does not notice.
func TestPublishersDoNotWaitForTheFile(t *testing.T) {
	for name, hangs := range map[string]string{
		"while a flight is being overridden":     `{"flight":"A1","gate":"C","until":@9}`,
		"while a publisher changes what is kept": `{"flight":"A1","belt":"4"}`,
		"while a flight is being released":       `{"flight":"A1",` + over + `}`,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := openDesk(t, eventlog.SyncAlways)
				defer func() { d.stop() }()
				if err := d.say(`{"flight":"A1","belt":"7","until":@9}`); err != nil {
					t.Fatal(err)
				}
				release := make(chan bool)
				d.fails(func(what string) (bool, error) {
					if what == "sync" {
						<-release
					}
					return true, nil
				})
				var all sync.WaitGroup
				all.Go(func() { d.say(hangs) })
				synctest.Wait()
				ended := false
				all.Go(func() { d.say(`{"flight":"A1","belt":"5"}`) }) // waits, and keeps nobody waiting
				all.Go(func() {
					if err := d.say(`{"flight":"B2","belt":"5"}`); err != nil {
						t.Error(err)
					}
					ended = true
				})
				synctest.Wait()
				if !ended {
					t.Error("a publisher waits for the disk of what others override")
				}
				close(release)
				all.Wait()
			})
		})
	}
}

func TestPublishersOfDifferentOverriddenFlightsAreAtTheLogTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := openDesk(t, eventlog.SyncAlways)
		defer func() { d.stop() }()
		for _, flight := range []string{"A1", "B2"} {
			if err := d.say(`{"flight":"` + flight + `","belt":"7","until":@9}`); err != nil {
				t.Fatal(err)
			}
		}
		var mu sync.Mutex
		waiting, release := 0, make(chan bool)
		d.fails(func(what string) (bool, error) {
			if what != "log" {
				t.Errorf("a disk operation of the file, though nothing that it keeps has changed: %s", what)
				return true, nil
			}
			mu.Lock()
			waiting++
			mu.Unlock()
			<-release
			return true, nil
		})
		var all sync.WaitGroup
		for _, flight := range []string{"A1", "B2", "A1"} {
			all.Go(func() { d.say(`{"flight":"` + flight + `","gate":"C"}`) })
		}
		synctest.Wait()
		if waiting != 2 {
			t.Errorf("%d publishers are at the log, want one for each of two flights", waiting)
		}
		close(release)
		all.Wait()
	})
}

// TestConcurrentPublishersAndOverridesAgreeOnTheOrder lets publishers say something new about a field each, while
// others override, hide and release those flights. When all is released the board has what each publisher said last.
func TestConcurrentPublishersAndOverridesAgreeOnTheOrder(t *testing.T) {
	const flights, each = 3, 150
	l := &life{log: eventlog.New(eventlog.Options{}), disk: newMemoryDisk()}
	l.fails(func(string) (bool, error) { runtime.Gosched(); return true, nil })
	h, err := openHand(lifeLog{l}, lifeDisk{l}, eventlog.SyncAlways, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	say := func(c timetable.Change) {
		_, err := h.append(t.Context(), []timetable.Change{c})
		if _, refused := errors.AsType[*eventlog.RefusedError](err); err != nil && !(refused && c.Until == 1) {
			t.Errorf("%s: %v", c.AppendJSON(nil), err)
		}
	}
	flight := func(n int) timetable.Flight { return timetable.Flight{Number: fmt.Sprint("A", n)} }
	for n := range flights {
		say(timetable.Change{Kind: timetable.Add, Flight: flight(n)})
	}
	var publishing, overriding sync.WaitGroup
	done := make(chan bool)
	for n := range flights {
		for _, k := range []timetable.Field{timetable.Gate, timetable.Belt} {
			publishing.Go(func() {
				for i := 1; i <= each; i++ {
					text := timetable.Flight{Gate: fmt.Sprint(i), Belt: fmt.Sprint(i)}
					say(timetable.Change{Kind: timetable.Put, Named: k.Bit(), Flight: flight(n).With(&text, k.Bit())})
				}
			})
		}
		overriding.Go(func() {
			text := timetable.Flight{Gate: "X", Belt: "X"}
			for i := 0; ; i++ {
				select {
				case <-done:
					return
				default:
				}
				named := []timetable.Fields{timetable.Gate.Bit(), timetable.Belt.Bit(), 0}[i%3]
				say(timetable.Change{Kind: timetable.Put, Named: named, Hidden: named == 0, Until: 4e15,
					Flight: flight(n).With(&text, named)})
				if i%2 == 0 {
					say(timetable.Change{Kind: timetable.Put, Until: 1, Flight: flight(n)})
				}
			}
		})
	}
	publishing.Wait()
	close(done)
	overriding.Wait()
	for n := range flights {
		say(timetable.Change{Kind: timetable.Put, Until: 1, Flight: flight(n)})
	}
	for _, f := range logtest.Board(l.log) {
		if want := fmt.Sprint(each); f.Gate != want || f.Belt != want || f.Overridden != "" {
			t.Errorf("after all is released the board has %+v, want %s", f, want)
		}
	}
	if n := len(logtest.Board(l.log)); n != flights || len(h.turns.active)+len(h.turns.last) != 0 {
		t.Errorf("%d flights, want %d; turns are left: %v", n, flights, h.turns)
	}
}

func TestAnOverrideIsAboveWhatPublishersHaveBegunToSay(t *testing.T) {
	for _, text := range []string{`{"flight":"A1","belt":"5"}`,
		`{"event":"flightSnapshot","data":[{"flight":"A1","gate":"B","belt":"5"},{"flight":"B2","belt":"3"}]}`} {
		synctest.Test(t, func(t *testing.T) {
			d := openDesk(t, eventlog.SyncAlways)
			defer func() { d.stop() }()
			release := make(chan bool)
			var hung atomic.Bool
			d.fails(func(what string) (bool, error) {
				if what == "log" && hung.CompareAndSwap(false, true) {
					<-release
				}
				return true, nil
			})
			var all sync.WaitGroup
			all.Go(func() { d.say(text) })
			synctest.Wait()
			all.Go(func() { d.say(`{"flight":"A1","belt":"7","until":@5}`) })
			synctest.Wait()
			close(release)
			all.Wait()
			d.shows(belt7)
			d.pass(6 * time.Minute)
			d.shows(strings.Replace(belt3, `"belt":"3"`, `"belt":"5"`, 1))
		})
	}
}
