package daytest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/feed"
	"flightboard/timetable"
)

// A Witness looks at each change that is published: each leg comes once, passes its phases in order, with its own
// times, and leaves once, for its own reason.
type Witness struct {
	Legs   []*Leg
	Zone   *time.Location
	Linger feed.Linger

	Precision time.Duration                 // of estimates; 0: a minute
	Late      time.Duration                 // by which a leg may leave later than by its rule; 0: an hour
	States    func(p Phase, is string) bool // reports whether the board may have a state in a phase; nil: its own only
	Without   timetable.Fields              // that the source lacks
	Unseen    bool                          // no leg may come

	t              *testing.T
	log            *eventlog.Log
	mu             sync.Mutex
	byKey          map[string]*Leg
	changes, lives int
	wrong          int
}

// Update implements publish's log.
func (w *Witness) Update(ctx context.Context, merge func(*timetable.Batch) error) (eventlog.Position, error) {
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

func (w *Witness) errorf(format string, args ...any) {
	if w.wrong++; w.wrong <= 5 {
		w.t.Errorf("%s: %s", time.Now().In(w.Zone).Format("Mon 15:04:05"), fmt.Sprintf(format, args...))
	}
}

func (w *Witness) see(c *timetable.Change) {
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
			w.errorf("%s comes %d times, in life %d: %v", key, l.adds, w.lives, l.Phases)
		}
		if l.From != c.Flight.From {
			w.errorf("%s is from %q, want %s", key, c.Flight.From, l.From)
		}
		if got := strings.ReplaceAll(c.Flight.Codeshares, " ", ""); got != l.Codeshare {
			w.errorf("%s has the codeshares %q, want %q", key, got, l.Codeshare)
		}
	case timetable.KindRemove:
		if l.removals++; l.removals > 1 {
			w.errorf("%s leaves %d times, in life %d", key, l.removals, w.lives)
		}
		w.leaves(key, l, now)
		return
	}
	n := w.check(key, l, c, now)
	if n < l.at {
		w.errorf("%s goes back", key)
	}
	l.at = n
}

// check compares a change with what is true of a leg, and returns the number of its phase.
func (w *Witness) check(key string, l *Leg, c *timetable.Change, now time.Time) int {
	precision := cmp.Or(w.Precision, time.Minute)
	n := max(l.Now(now), 0)
	p := l.Phases[n]
	check := func(what timetable.Field, want func(Phase) bool) {
		value := c.Flight.Text(what)
		if w.Without.Has(what) || !c.Named.Has(what) && (c.Kind != timetable.KindAdd || value == "") || want(p) {
			return
		}
		for i := n; i > 0 && now.Sub(l.Phases[i].Begins) < time.Minute; i-- {
			if want(l.Phases[i-1]) {
				return // the answer was on its way
			}
		}
		w.errorf("%s has the %v %q in phase %v", key, what, value, p)
	}
	check(timetable.FieldState, func(p Phase) bool {
		if w.States != nil {
			return w.States(p, c.Flight.State)
		}
		return p.State == c.Flight.State
	})
	check(timetable.FieldGate, func(p Phase) bool { return p.Gate == c.Flight.Gate })
	check(timetable.FieldArrival, func(p Phase) bool { return is(c.Flight.Arrival, p.Sched, time.Minute) })
	check(timetable.FieldExpected, func(p Phase) bool {
		return slices.ContainsFunc([]time.Time{p.Exp, p.Landed, p.OnBlock},
			func(at time.Time) bool { return is(c.Flight.Expected, at, precision) }) ||
			p.Exp.IsZero() && is(c.Flight.Expected, p.Sched, time.Minute) // as some sources have it
	})
	return n
}

// is reports whether a text is a time, up to less than a precision. Without a date it has no seconds.
func is(text string, at time.Time, precision time.Duration) bool {
	got, err := time.Parse(time.RFC3339, text)
	return text == "" && at.IsZero() || err == nil && got.Sub(at).Abs() < precision
}

// find returns the leg of a flight that is added.
func (w *Witness) find(f *timetable.Flight) (found *Leg) {
	number := strings.ReplaceAll(f.Number, " ", "")
	for _, l := range w.Legs {
		if l.ID == f.ID && l.Number == number {
			return l
		}
		if n := l.Now(time.Now()); l.Number == number && n >= 0 {
			for _, p := range l.Phases[max(n-1, 0) : n+1] {
				if is(f.Arrival, p.Sched, time.Minute) {
					found = l
				}
			}
		}
	}
	return found
}

// leaves checks that a leg leaves for its own reason.
func (w *Witness) leaves(key string, l *Leg, now time.Time) {
	last := l.Phases[max(l.Now(now), 0)]
	late := cmp.Or(w.Late, time.Hour) // answers fail, and a restart begins the time again
	seen := func(states ...string) time.Duration {
		for _, p := range l.Phases {
			if slices.Contains(states, p.State) {
				return now.Sub(p.Begins)
			}
		}
		return -1
	}
	switch {
	case l.Withdrawn && last.State == "":
	case l.Overdue && last.State == "" && now.Sub(last.Exp) >= w.Linger.Overdue-w.Precision:
	case l.Off && seen("cancelled", "diverted") >= w.Linger.OffSchedule:
	case seen("landed", "arrived") >= w.Linger.Landed+late:
		w.errorf("%s leaves late, in phase %v", key, last)
	case seen("landed", "arrived") >= w.Linger.Landed:
	default:
		w.errorf("%s leaves in phase %v", key, last)
	}
}

func (w *Witness) finish() {
	for _, l := range w.Legs {
		want := 1
		if w.Unseen {
			want = 0
		}
		if l.adds != want || l.removals != want {
			due := l.Phases[0].Sched.In(w.Zone)
			w.errorf("%s %s of %v came %d times, and left %d times: %v", l.Number, l.ID, due, l.adds, l.removals, l.Phases)
		}
	}
}
