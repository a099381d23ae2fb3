package override

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/server/feed"
	"flightboard/server/publish"
	"flightboard/timetable"
)

// A desk is a server's overrides in a bubble, on a disk and a log that may fail.
type desk struct {
	*testing.T
	*life
	overrides *Overrides
	stop      func()
}

func openDesk(t *testing.T, sync eventlog.Sync) *desk {
	d := &desk{T: t, life: &life{log: eventlog.New(eventlog.Options{}), disk: newMemoryDisk()}}
	for _, f := range []timetable.Flight{{Number: "A1", Belt: "3", Gate: "B"}, {Number: "B2", Belt: "3"}} {
		logtest.Append(t, d.log, timetable.Change{Kind: timetable.KindAdd, Flight: f})
	}
	d.start(sync)
	return d
}

func (d *desk) start(sync eventlog.Sync) {
	d.Helper()
	o, err := open(lifeLog{d.life}, lifeDisk{d.life}, sync, slog.New(slog.DiscardHandler))
	if err != nil {
		d.Fatal(err)
	}
	ctx, cancel := context.WithCancel(d.Context())
	done := make(chan bool)
	go func() { o.Run(ctx); close(done) }()
	d.overrides, d.stop = o, func() { cancel(); <-done }
	synctest.Wait()
}

// restart ends the process where it is and starts it again.
func (d *desk) restart() {
	d.Helper()
	d.life.fails(func(string) (bool, error) { return false, errDead })
	d.stop()
	d.life = &life{log: reopen(d.log), disk: d.disk}
	d.start(eventlog.SyncAlways)
}

// say publishes bodies; @5 stands for the time five minutes after the bubble's beginning.
func (d *desk) say(bodies ...string) (all error) {
	d.Helper()
	for _, body := range bodies {
		all = errors.Join(all, d.publish(body))
	}
	return all
}

func (d *desk) publish(text string) error {
	d.Helper()
	began := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	for n := range 10 {
		moment := began.Add(time.Duration(n) * time.Minute).Format(time.RFC3339)
		text = strings.ReplaceAll(text, fmt.Sprintf("@%d", n), `"`+moment+`"`)
	}
	var reports []timetable.Report
	for entry, err := range timetable.Body(text) {
		if err != nil {
			d.Fatal(err)
		}
		reports = append(reports, *entry.Report)
	}
	_, _, err := d.overrides.publish(d.Context(), reports...)
	return err
}

// pass waits for a time in the bubble, and for the goroutines that are due in it.
func (d *desk) pass(long time.Duration) {
	time.Sleep(long)
	synctest.Wait()
}

func (d *desk) shows(want string) {
	d.Helper()
	var rows []string
	for _, f := range logtest.Board(d.log) {
		rows = append(rows, string(f.AppendJSON(nil)))
	}
	if got := strings.Join(rows, " "); got != want {
		d.Errorf("the board is %s\nwant %s", got, want)
	}
}

// refuse fails every step of these names.
func (d *desk) refuse(names ...string) {
	d.fails(func(what string) (bool, error) {
		if slices.Contains(names, what) {
			return false, &os.PathError{Op: what, Path: "/secret", Err: errors.New("no space left")}
		}
		return true, nil
	})
}

const (
	over  = `"until":"1999-01-01T00:00:00Z"` // which releases
	belt3 = `{"flight":"A1","gate":"B","belt":"3"} {"flight":"B2","belt":"3"}`
	belt7 = `{"flight":"A1","gate":"B","belt":"7","overridden":["belt"]} {"flight":"B2","belt":"3"}`
)

func TestAnOverrideThatCannotBeStoredIsRejectedAndHealthReportsIt(t *testing.T) {
	for _, c := range []struct {
		reason, step string
		first        bool // the file has to be made
	}{
		{"the new file cannot be made", "create", true},
		{"nor written", "write", true},
		{"nor synced", "sync", true},
		{"nor closed", "close", true},
		{"nor named", "rename", true},
		{"nor its name synced", "sync folder", true},
		{"nor opened", "open", true},
		{"a line cannot be added", "write", false},
		{"nor synced", "sync", false},
	} {
		t.Run(fmt.Sprintf("%s, first %t", c.reason, c.first), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := openDesk(t, eventlog.SyncAlways)
				defer func() { d.stop() }()
				if !c.first {
					if err := d.say(`{"flight":"B2","belt":"8","until":@9}`, `{"flight":"B2",`+over+`}`); err != nil {
						t.Fatal(err)
					}
				}
				d.refuse(c.step)
				for range 2 {
					err := d.say(`{"flight":"A1","belt":"7","until":@5}`)
					if _, refused := errors.AsType[*eventlog.RefusedError](err); err == nil || refused ||
						strings.Contains(err.Error(), "secret") {
						t.Errorf("the publisher hears %v, want what the disk says, without a path", err)
					}
					if d.overrides.Health() == nil {
						t.Error("health says nothing")
					}
				}
				d.shows(belt3)
				d.pass(3 * longestPause)
				if d.overrides.Health() == nil {
					t.Error("it lasts, and health says nothing any more")
				}
				d.fails(nil)
				d.pass(longestPause)
				if err := d.overrides.Health(); err != nil {
					t.Errorf("the disk is well again, and health says %v", err)
				}
				if err := d.say(`{"flight":"A1","belt":"7","until":@9}`); err != nil {
					t.Error(err)
				}
				d.shows(belt7)
				d.restart()
				d.shows(belt7)
				d.pass(9 * time.Minute)
				d.shows(belt3)
			})
		})
	}
}

// An overridden flight cannot change while its base cannot be stored. Other flights can.
func TestWhileTheFileFailsOtherFlightsCanChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := openDesk(t, eventlog.SyncAlways)
		defer func() { d.stop() }()
		if err := d.say(`{"flight":"A1","belt":"7","until":@5}`); err != nil {
			t.Fatal(err)
		}
		d.refuse("write")
		for _, text := range []string{`{"flight":"A1","belt":"4"}`, `{"flight":"B2","belt":"9"} {"flight":"A1","belt":"4"}`,
			`{"flight":"A1",` + over + `}`, `{"flight":"A1","hidden":true,"until":@9}`} {
			if err := d.say(text); err == nil {
				t.Errorf("%s is acknowledged", text)
			}
		}
		d.shows(belt7)
		if err := d.say(`{"flight":"B2","belt":"4"}`); err != nil {
			t.Errorf("another flight: %v", err)
		}
		d.pass(6 * time.Minute)
		d.shows(strings.Replace(belt3, `"B2","belt":"3"`, `"B2","belt":"4"`, 1))
	})
}

func TestAnOverrideEndsAsSoonAsTheLogAcceptsIt(t *testing.T) {
	for _, c := range []struct {
		reason  string
		set     string
		shown   string
		restart bool
	}{
		{"a field", `{"flight":"A1","belt":"7","until":@5}`, belt7, false},
		{"a hidden row", `{"flight":"A1","hidden":true,"until":@5}`, `{"flight":"B2","belt":"3"}`, false},
		{"also after a restart", `{"flight":"A1","belt":"7","until":@5}`, belt7, true},
		{"also a hidden row after a restart", `{"flight":"A1","hidden":true,"until":@5}`, `{"flight":"B2","belt":"3"}`, true},
	} {
		t.Run(c.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := openDesk(t, eventlog.SyncAlways)
				defer func() { d.stop() }()
				if err := d.say(c.set); err != nil {
					t.Fatal(err)
				}
				d.refuse("log")
				d.pass(time.Hour)
				d.shows(c.shown)
				if c.restart {
					d.restart()
				} else {
					d.fails(nil)
					d.pass(longestRetry)
				}
				d.shows(belt3)
				if left := overrides(d.log); len(left) > 0 {
					t.Errorf("overridden is still %v", left)
				}
			})
		})
	}
}

// TestAProcessThatEndsBetweenTheFileAndTheLog leaves an override in the file that was not acknowledged.
func TestAProcessThatEndsBetweenTheFileAndTheLog(t *testing.T) {
	const held = `{"flight":"A1","belt":"7","until":@5}`
	for _, c := range []struct {
		reason, before, said string
		step                 string // at which the process ends
		done                 bool
		shown, later         string // after the restart, and when all is over
	}{
		{"an override that only the file has is not in force", "", held, "log", false, belt3, belt3},
		{"one that both have is", "", held, "log", true, belt7, belt3},
		{"a row that is to be hidden", "", `{"flight":"A1","hidden":true,"until":@5}`, "log", false, belt3, belt3},
		{"another value that only the file has", held, `{"flight":"A1","belt":"8","until":@4}`, "log", false,
			strings.Replace(belt7, "7", "8", 1), belt3},
		{"a release that only the log has", held, `{"flight":"A1",` + over + `}`,
			"write", false, belt3, belt3},
		{"a removal that does not come about leaves what is beneath", held,
			`{"event":"flightRemoval","data":{"flight":"A1"}}`,
			"log", false, belt7, belt3},
	} {
		t.Run(c.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := openDesk(t, eventlog.SyncAlways)
				defer func() { d.stop() }()
				if c.before != "" {
					if err := d.say(c.before); err != nil {
						t.Fatal(err)
					}
				}
				dead := false
				d.fails(func(what string) (bool, error) {
					if dead {
						return false, errDead
					}
					if dead = what == c.step; dead {
						return c.done, errDies
					}
					return true, nil
				})
				if err := d.say(c.said); err == nil {
					t.Fatal("it is acknowledged")
				}
				d.restart()
				d.shows(c.shown)
				d.pass(6 * time.Minute)
				d.shows(c.later)
			})
		})
	}
}

func TestAnOverrideOfARemovedFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := openDesk(t, eventlog.SyncAlways)
		defer func() { d.stop() }()
		const removal, release = `{"event":"flightRemoval","data":{"flight":"A1"}}`, `{"flight":"A1",` + over + `}`
		if err := d.say(`{"flight":"A1","belt":"7","until":@9}`, removal); err != nil {
			t.Fatal(err)
		}
		d.restart()
		d.shows(`{"flight":"B2","belt":"3"}`)
		if err := d.say(`{"flight":"A1","belt":"4"}`); err != nil {
			t.Fatal(err)
		}
		d.shows(`{"flight":"A1","belt":"7","overridden":["belt"]} {"flight":"B2","belt":"3"}`)
		if err := d.say(removal, release, `{"flight":"A1","belt":"4"}`); err != nil {
			t.Fatalf("releasing it while it is gone: %v", err)
		}
		d.shows(`{"flight":"A1","belt":"4"} {"flight":"B2","belt":"3"}`)
	})
}

// Linger also removes flights that are overridden, and these can be added again.
func TestAnOverriddenFlightThatIsOverIsRemovedAndMayComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := openDesk(t, eventlog.SyncAlways)
		defer func() { d.stop() }()
		l := feed.Linger{Landed: time.Minute, To: publish.New(d.overrides, d.log, "")}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- l.Run(ctx, d.log) }()
		if err := d.say(`{"flight":"A1","state":"landed"}`, `{"flight":"A1","belt":"7","until":@9}`); err != nil {
			t.Fatal(err)
		}
		d.pass(2 * time.Minute)
		d.shows(`{"flight":"B2","belt":"3"}`)
		if err := d.say(`{"flight":"A1","gate":"C"}`); err != nil {
			t.Errorf("a flight that has left cannot come back: %v", err)
		}
		d.shows(`{"flight":"A1","gate":"C","belt":"7","overridden":["belt"]} {"flight":"B2","belt":"3"}`)
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}
