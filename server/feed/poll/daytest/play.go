package daytest

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/feed"
	"flightboard/server/publish"
	"flightboard/timetable"
)

// A Life is a run of the server.
type Life struct {
	Linger  feed.Linger
	Board   func(yield func(timetable.Flight) bool)
	Resumed time.Time // when the run before ended; zero: there was none
}

// Play runs a feed until a time, with restarts every 7 to 13 hours. The board is a log on disk.
func (w *Witness) Play(t *testing.T, random *rand.Rand, end time.Time, open func(Life) feed.Feed) {
	w.t, w.byKey = t, make(map[string]*Leg)
	stopped := time.Time{}
	random = rand.New(rand.NewPCG(random.Uint64(), 0)) // the feed uses the other one
	for dir := t.TempDir(); time.Now().Before(end); w.lives++ {
		until := time.Now().Add(7*time.Hour + Random(random, 6*time.Hour))
		if until.After(end.Add(-w.Linger.Overdue - 2*time.Hour)) { // a restart begins the time of overdue flights again
			until = end
		}
		log, _, err := eventlog.Open(dir, eventlog.SyncNever, eventlog.Options{})
		if err != nil {
			t.Fatal(err)
		}
		w.log = log
		life := Life{Linger: w.Linger, Board: func(yield func(timetable.Flight) bool) {
			log.Read(func(b *timetable.Board, _ eventlog.Position) {
				for f := range b.Flights() {
					if !yield(*f) {
						return
					}
				}
			})
		}}
		life.Linger.To = publish.New(w, log, "")
		life.Resumed = stopped
		ctx, cancel := context.WithDeadline(t.Context(), until)
		var running sync.WaitGroup
		f := open(life)
		running.Go(func() { life.Linger.Run(ctx, log) })
		running.Go(func() {
			if err := f.Run(ctx, publish.New(w, log, "airport")); err != nil {
				t.Error(err)
			}
		})
		running.Wait()
		cancel()
		stopped = time.Now()
		if err := log.Close(); err != nil {
			t.Error(err)
		}
	}
	w.finish()
	t.Logf("%d legs, %d changes, %d lives", len(w.Legs), w.changes, w.lives)
}
