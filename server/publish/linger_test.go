package publish

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/server/feed"
	"flightboard/timetable"
)

// A program asks a service each minute, and prints the whole record. The flight leaves a quarter of an hour after it
// has landed, and does not come back.
func TestAPollerDoesNotBringBackWhatIsOver(t *testing.T) {
	for name, extra := range map[string]string{"without stamps": "", "in other letters": `,"state":"LANDED"`,
		"with stamps": `,"stamp":"@"`} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				log := eventlog.New(eventlog.Options{})
				f := NewFeeds(log, log, slog.New(slog.DiscardHandler))
				f.LingerLanded, f.LingerCancelled = 15*time.Minute, 2*time.Hour
				from, to := io.Pipe()
				f.Add(New(log, log, "stdin"), feed.NewPipe("stdin", from, feed.LineOptions{}))
				ctx, stop := context.WithCancel(t.Context())
				done := make(chan bool)
				go func() { f.Run(ctx); close(done) }()
				poll := func(record string) {
					fmt.Fprintln(to, record+timeOf(extra)+"}")
					time.Sleep(time.Minute)
				}
				shown, left := 0, 0
				for minute := range 24 * 60 {
					poll(`{"flight":"SQ306","arrival":"2026-11-28T18:40:00+08:00","landed":"2026-11-28T18:29:00+08:00"`)
					switch here := len(logtest.Board(log)) > 0; {
					case here:
						shown++
					case left == 0:
						left = minute
					}
				}
				if left < 14 || left > 16 || shown != left {
					t.Errorf("it left after %d minutes, and was there for %d", left, shown)
				}
				if extra == "" || timeOf(extra) != extra {
					poll(`{"flight":"SQ306","arrival":"2026-11-28T18:40:00+08:00","landed":null`)
					if len(logtest.Board(log)) == 0 {
						t.Error("it flies again, and is not on the board")
					}
				}
				if idle := f.Statuses(time.Now())[1].Idle; idle.Removed < 1400 || idle.Repeated < 10 {
					t.Errorf("counted as idle: %+v", idle)
				}
				stop()
				<-done
			})
		})
	}
}

// timeOf puts the present time in the place of @.
func timeOf(text string) string {
	if text != `,"stamp":"@"` {
		return text
	}
	return `,"stamp":"` + time.Now().UTC().Format(time.RFC3339) + `"`
}

// Reports that share a number by accident do not take each other's flights: a table removes its own rows only.
func TestATableDoesNotRemoveAnotherFeedsFlightByItsNumber(t *testing.T) {
	log := eventlog.New(eventlog.Options{})
	p := New(log, log, "west")
	p.source = "west"
	publish := func(c timetable.Change) error {
		_, _, err := p.Publish(t.Context(), timetable.Report{Change: c})
		return err
	}
	if err := publish(timetable.Change{Kind: timetable.KindAdd, Flight: timetable.Flight{Number: "LH400", ID: "L1",
		Feed: "east"}}); err != nil {
		t.Fatal(err)
	}
	removal := timetable.Change{Kind: timetable.KindRemove, Flight: timetable.Flight{Number: "LH400", Feed: "west"}}
	if err := publish(removal); err == nil || len(logtest.Board(log)) != 1 {
		t.Errorf("a removal of a row that is gone: %v; the board has %d flights, want 1", err, len(logtest.Board(log)))
	}
}
