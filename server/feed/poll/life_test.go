package poll

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/feed"
	"flightboard/server/feed/source"
	"flightboard/server/publish"
	"flightboard/timetable"
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
	p.legs = newAirport(random, noon.Add(6*time.Hour), noon.Add(flies-4*time.Hour), 150)
	if s.undated {
		p.legs = withoutDoubledHour(p.legs)
	}
	server := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) { p.ServeHTTP(w, r) })
	about := source.About{Zone: zurich, Every: 2 * mins}
	from := &airportSource{fakeSource{about: about, urls: []string{"http://api.test/"}}, s.updated}
	w := &witness{T: t, airport: p, byKey: make(map[string]*truth)}
	dir := t.TempDir()
	for end := noon.Add(lasts); time.Now().Before(end); {
		until := time.Now().Add(7*time.Hour + rand2(random, 6*time.Hour))
		if until.After(end.Add(-8 * time.Hour)) { // after a restart the time of overdue flights begins again
			until = end
		}
		log, found, err := eventlog.Open(dir, eventlog.SyncNever, eventlog.Options{})
		if err != nil {
			t.Fatal(err)
		}
		w.log = log
		ctx, cancel := context.WithDeadline(t.Context(), until)
		var running sync.WaitGroup
		linger := feed.Linger{Landed: 15 * mins, OffSchedule: 2 * time.Hour, Overdue: 6 * time.Hour,
			To: publish.New(w, log, "")}
		running.Go(func() { linger.Run(ctx, log) })
		resumed := time.Time{}
		if w.lives > 0 {
			resumed = time.UnixMicro(int64(found.Head))
		}
		f := New("airport", from, Options{Client: server.client, Board: boardOf(log), Resumed: resumed,
			Landed: linger.Landed, OffSchedule: linger.OffSchedule, Overdue: linger.Overdue})
		running.Go(func() {
			if err := f.Run(ctx, publish.New(w, log, "airport")); err != nil {
				t.Error(err)
			}
		})
		running.Wait()
		cancel()
		if err := log.Close(); err != nil {
			t.Error(err)
		}
		w.lives++
		w.Logf("life %d ends at %v", w.lives, time.Now().In(zurich))
	}
	w.finish()
	t.Logf("%d legs, %d answers, %d changes, %d lives", len(p.legs), p.served, w.changes, w.lives)
}

// withoutDoubledHour returns the legs that have no time in the hours in which clocks change: without a date, such a
// time means either.
func withoutDoubledHour(legs []*truth) (kept []*truth) {
next:
	for _, l := range legs {
		for _, p := range l.phases {
			for _, at := range []time.Time{p.sched, p.exp, p.landed, p.onBlock} {
				if h := at.In(zurich).Hour(); h >= 1 && h <= 3 {
					continue next
				}
			}
		}
		kept = append(kept, l)
	}
	return kept
}

// A witness looks at each change that is published.
type witness struct {
	*testing.T
	*airport
	log            *eventlog.Log
	mu             sync.Mutex
	byKey          map[string]*truth
	changes, lives int
	wrong          int
}

func (w *witness) Update(ctx context.Context, merge func(*timetable.Batch) error) (eventlog.Position, error) {
	return w.log.Update(ctx, func(b *timetable.Batch) error {
		if err := merge(b); err != nil {
			return err
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		for _, c := range b.Changes() {
			w.changes++
			w.see(&c.Change)
		}
		return nil
	})
}

func (w *witness) errorf(format string, args ...any) {
	if w.wrong++; w.wrong <= 5 {
		w.Errorf("%s: %s", time.Now().In(zurich).Format("Mon 15:04:05"), fmt.Sprintf(format, args...))
	}
}

func (w *witness) see(c *timetable.Change) {
	now := time.Now()
	key := c.Flight.Key()
	l := w.byKey[key]
	if c.Kind == timetable.KindAdd && l == nil {
		l = w.find(&c.Flight)
	}
	if l == nil {
		w.errorf("%s is not a leg: %+v", key, c)
		return
	}
	w.byKey[key] = l
	switch c.Kind {
	case timetable.KindAdd:
		if l.adds++; l.adds > 1 {
			w.errorf("%s comes %d times, in life %d: %v", key, l.adds, w.lives, l.phases)
		}
	case timetable.KindRemove:
		if l.removals++; l.removals > 1 {
			w.errorf("%s leaves %d times, in life %d", key, l.removals, w.lives)
		}
		w.leaves(key, l, now)
		return
	}
	p := l.phases[max(l.now(now), 0)]
	check := func(what timetable.Field, value string, want func(phase) bool) {
		if !c.Named.Has(what) && (c.Kind != timetable.KindAdd || c.Flight.Text(what) == "") || want(p) {
			return
		}
		if n := l.now(now); n > 0 && now.Sub(l.phases[n].from) < time.Minute && want(l.phases[n-1]) {
			return // the answer was on its way
		}
		w.errorf("%s has the %v %q in phase %v", key, what, value, p)
	}
	check(timetable.FieldState, c.Flight.State, func(p phase) bool { return p.state == c.Flight.State })
	check(timetable.FieldGate, c.Flight.Gate, func(p phase) bool { return p.gate == c.Flight.Gate })
	check(timetable.FieldArrival, c.Flight.Arrival, func(p phase) bool { return w.is(c.Flight.Arrival, p.sched) })
	check(timetable.FieldExpected, c.Flight.Expected, func(p phase) bool {
		return w.is(c.Flight.Expected, p.exp) || w.is(c.Flight.Expected, p.landed)
	})
	if n := l.now(now); n < l.at {
		w.errorf("%s goes back", key)
	} else {
		l.at = n
	}
}

// is reports whether a text is a time. Without a date it has no seconds.
func (w *witness) is(text string, at time.Time) bool {
	got, err := time.Parse(time.RFC3339, text)
	return text == "" && at.IsZero() || err == nil && got.Sub(at).Abs() < time.Minute
}

// find returns the leg of a flight that is added.
func (w *witness) find(f *timetable.Flight) (found *truth) {
	for _, l := range w.legs {
		if n := l.now(time.Now()); l.number == f.Number && n >= 0 {
			for _, p := range l.phases[max(n-1, 0) : n+1] {
				if w.is(f.Arrival, p.sched) {
					found = l
				}
			}
		}
	}
	return found
}

// leaves checks that a leg leaves for its own reason.
func (w *witness) leaves(key string, l *truth, now time.Time) {
	last := l.phases[max(l.now(now), 0)]
	seen := func(state string) time.Duration {
		for _, p := range l.phases {
			if p.state == state {
				return now.Sub(p.from)
			}
		}
		return -1
	}
	switch {
	case l.withdrawn && last.state == "":
	case l.overdue && last.state == "" && now.Sub(last.exp) >= 6*time.Hour:
	case l.off && (seen("cancelled") >= 2*time.Hour || seen("diverted") >= 2*time.Hour):
	case seen("landed") >= 15*time.Minute:
	default:
		w.errorf("%s leaves in phase %v", key, last)
	}
}

func (w *witness) finish() {
	for _, l := range w.legs {
		if l.adds != 1 || l.removals != 1 {
			due := l.phases[0].sched.In(zurich)
			w.errorf("%s %s of %v came %d times, and left %d times", l.number, l.id, due, l.adds, l.removals)
		}
	}
}
