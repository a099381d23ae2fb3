package poll

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/feed"
	"flightboard/server/feed/poll/daytest"
	"flightboard/server/feed/source"
)

// TestADay plays a day and a night of a synthetic airport, with delays, cancellations, retimings, numbers that come
// again, answers that lack rows or have them twice, the faults of a server, and restarts of the process. Each leg comes
// once, passes its states in order, with its own times, and leaves once.
func TestADay(t *testing.T) {
	for i, day := range []string{"2026-11-28", "2026-03-28", "2026-10-24"} { // the clocks change in two of the nights
		for j, s := range []style{{}, {ids: true, stamps: true, times: true}, {undated: true}, {undated: true, times: true},
			{times: true, updated: true}, {ids: true, undated: true, times: true}} {
			if (i+j)%2 == 1 {
				continue // all of them take long
			}
			t.Run(fmt.Sprintf("%s, %+v", day, s), func(t *testing.T) {
				seed := uint64(100*i + j)
				synctest.Test(t, func(t *testing.T) { live(t, day, s, rand.New(rand.NewPCG(seed, 15))) })
			})
		}
	}
}

func live(t *testing.T, day string, s style, random *rand.Rand) {
	const flies, lasts = 34 * time.Hour, 44 * time.Hour
	noon, err := time.ParseInLocation("2006-01-02 15:04", day+" 12:00", zurich)
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Until(noon))
	p := &airport{style: s, random: random, calm: noon.Add(lasts - time.Hour)}
	p.legs = daytest.NewLegs(random, noon.Add(6*time.Hour), noon.Add(flies-4*time.Hour), 150)
	if s.undated {
		p.legs = daytest.WithoutDoubledHour(p.legs, zurich)
	}
	server := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) { p.ServeHTTP(w, r) })
	about := source.About{Zone: zurich, Every: 2 * mins}
	from := &airportSource{fakeSource{about: about, urls: []string{"http://api.test/"}}, s.updated}
	w := &daytest.Witness{Legs: p.legs, Zone: zurich,
		Linger: feed.Linger{Landed: 15 * mins, OffSchedule: 2 * time.Hour, Overdue: 6 * time.Hour}}
	w.Play(t, random, noon.Add(lasts), func(l daytest.Life) feed.Feed {
		return New("airport", from, Options{Client: server.client, Board: l.Board, Resumed: l.Resumed,
			Landed: l.Linger.Landed, OffSchedule: l.Linger.OffSchedule, Overdue: l.Linger.Overdue})
	})
	t.Logf("%d answers", p.served)
}
