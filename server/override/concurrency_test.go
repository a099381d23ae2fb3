package override

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

// TestPublishersShareTheSyncsOfOverrides lets one publisher hang at the disk while others come: for overridden flights,
// for the same one, and for others. All of them are written together afterwards.
func TestPublishersShareTheSyncsOfOverrides(t *testing.T) {
	for name, hangs := range map[string]string{
		"while a flight is being overridden":      `{"flight":"A1","gate":"C","until":@9}`,
		"while a publisher changes what is below": `{"flight":"A1","belt":"4"}`,
		"while a flight is being released":        `{"flight":"A1",` + over + `}`,
		"while another flight changes":            `{"flight":"C3"}`,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := openDesk(t, eventlog.SyncAlways)
				defer func() { d.stop() }()
				if err := d.say(`{"flight":"A1","belt":"7","until":@9}`, `{"flight":"B2","belt":"7","until":@9}`); err != nil {
					t.Fatal(err)
				}
				release := make(chan bool)
				var mu sync.Mutex
				steps := make(map[string]int)
				d.fails(func(what string) (bool, error) {
					mu.Lock()
					steps[what]++
					mu.Unlock()
					if what == "log" {
						<-release
					}
					return true, nil
				})
				var all sync.WaitGroup
				say := func(text string) {
					all.Go(func() {
						if err := d.say(text); err != nil {
							t.Errorf("%s: %v", text, err)
						}
					})
					synctest.Wait()
				}
				say(hangs)
				first := steps["sync"]
				for n := range 20 {
					say(fmt.Sprintf(`{"flight":"A1","belt":"%d"}`, n))
					say(fmt.Sprintf(`{"flight":"B2","belt":"%d"}`, n))
					say(fmt.Sprintf(`{"flight":"D%d","belt":"1"}`, n))
				}
				close(release)
				all.Wait()
				if steps["log"] != 2 || steps["sync"]-first > 2 {
					t.Errorf("61 publishers took %d groups, the last 60 of them %d syncs of the file; want 2, and 2 at most",
						steps["log"], steps["sync"]-first)
				}
			})
		})
	}
}

// TestConcurrentPublishersAndOverridesAgreeOnTheOrder lets each publisher report new values of one field, while others
// override, hide and release those flights. After the last release the board has the last value of each publisher.
func TestConcurrentPublishersAndOverridesAgreeOnTheOrder(t *testing.T) {
	const flights, each = 3, 150
	l := &life{log: eventlog.New(eventlog.Options{}), disk: newMemoryDisk()}
	l.fails(func(string) (bool, error) { runtime.Gosched(); return true, nil })
	o, err := open(lifeLog{l}, lifeDisk{l}, eventlog.SyncAlways, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	say := func(c timetable.Report) {
		_, _, err := o.publish(t.Context(), c)
		if _, refused := errors.AsType[*eventlog.RefusedError](err); err != nil && !(refused && c.Until == 1) {
			t.Errorf("%s: %v", c.AppendJSON(nil), err)
		}
	}
	flight := func(n int) timetable.Flight { return timetable.Flight{Number: fmt.Sprint("A", n)} }
	for n := range flights {
		say(timetable.Report{Change: timetable.Change{Kind: timetable.KindAdd, Flight: flight(n)}})
	}
	var publishing, overriding sync.WaitGroup
	done := make(chan bool)
	for n := range flights {
		for _, k := range []timetable.Field{timetable.FieldGate, timetable.FieldBelt} {
			publishing.Go(func() {
				for i := 1; i <= each; i++ {
					text := timetable.Flight{Gate: fmt.Sprint(i), Belt: fmt.Sprint(i)}
					say(timetable.Report{Change: timetable.Change{Kind: timetable.KindPut, Named: k.Bit(),
						Flight: flight(n).With(&text, k.Bit())}})
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
				named := []timetable.Fields{timetable.FieldGate.Bit(), timetable.FieldBelt.Bit(), 0}[i%3]
				say(timetable.Report{Change: timetable.Change{Kind: timetable.KindPut, Named: named,
					Flight: flight(n).With(&text, named)}, Hidden: named == 0, Until: 4e15})
				if i%2 == 0 {
					say(timetable.Report{Change: timetable.Change{Kind: timetable.KindPut, Flight: flight(n)}, Until: 1})
				}
			}
		})
	}
	publishing.Wait()
	close(done)
	overriding.Wait()
	for n := range flights {
		say(timetable.Report{Change: timetable.Change{Kind: timetable.KindPut, Flight: flight(n)}, Until: 1})
	}
	for _, f := range logtest.Board(l.log) {
		if want := fmt.Sprint(each); f.Gate != want || f.Belt != want || f.Overridden != "" {
			t.Errorf("after all is released the board has %+v, want %s", f, want)
		}
	}
	if n := len(logtest.Board(l.log)); n != flights || len(overrides(l.log)) != 0 {
		t.Errorf("%d flights, want %d; overridden are %v", n, flights, overrides(l.log))
	}
}

func TestAnOverrideAppliesToReportsThatAreBeingPublished(t *testing.T) {
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
