package publish

import (
	"sync"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/timetable"
)

// A slowDisk makes the log wait before it writes.
type slowDisk struct{ release chan struct{} }

func (d slowDisk) Keep(*timetable.Batch) (func() error, func(error)) {
	return func() error { <-d.release; return nil }, func(error) {}
}

// The second of two feeds that add a flight while the first one's is on its way to the disk adds to it.
func TestTwoFeedsAddAFlightAtTheSameMoment(t *testing.T) {
	for _, kind := range []timetable.Kind{timetable.KindAdd, timetable.KindPut} {
		synctest.Test(t, func(t *testing.T) {
			log := eventlog.New(eventlog.Options{})
			disk := slowDisk{make(chan struct{})}
			log.SetKeeper(disk)
			feeds := NewFeeds(log, log, nil)
			tower, gates := New(log, log, "tower"), New(log, log, "gates")
			feeds.Add(tower, nil)
			feeds.Add(gates, nil)
			var all sync.WaitGroup
			publish := func(p *Publisher, f timetable.Flight) {
				all.Go(func() {
					report := timetable.Report{Change: timetable.Change{Kind: kind, Flight: f, Named: f.Filled()}}
					if _, _, err := p.Publish(t.Context(), report); err != nil {
						t.Error(err)
					}
				})
				synctest.Wait()
			}
			publish(tower, timetable.Flight{Number: "A1", State: "landing"})
			publish(gates, timetable.Flight{Number: "A1", Gate: "7"})
			close(disk.release)
			all.Wait()
			want := []timetable.Flight{{Number: "A1", State: "landing", Gate: "7", Feed: "tower"}}
			if diff := cmp.Diff(want, logtest.Board(log)); diff != "" {
				t.Errorf("the board (-want +got):\n%s", diff)
			}
		})
	}
}
