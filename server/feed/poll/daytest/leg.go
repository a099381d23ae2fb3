// Package daytest plays days of a synthetic airport: its legs, with what is true of them at each moment, the lives of a
// server, and a witness that compares each change of the board with the legs.
package daytest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// A Leg is the life of a leg.
type Leg struct {
	ID, Number, From string
	Codeshare        string // "": none
	Phases           []Phase
	Withdrawn        bool // it is no longer listed long before it is due
	Overdue          bool // it is no longer listed before it has landed
	Off              bool // it was cancelled or diverted

	adds, removals int
	at             int // the number of the last phase of which the board had news
}

// A Phase is what is true of a leg from a time on; an empty state ends its row.
type Phase struct {
	Begins                      time.Time
	State, Gate                 string
	Sched, Exp, Landed, OnBlock time.Time
}

func (p Phase) String() string {
	var text strings.Builder
	text.WriteString(p.State + " " + p.Gate)
	for _, at := range []time.Time{p.Begins, p.Sched, p.Exp, p.Landed, p.OnBlock} {
		text.WriteString(at.Format(" 02T15:04:05"))
	}
	return text.String()
}

// Now returns the number of the phase at a time; -1: the leg is not listed yet.
func (l *Leg) Now(at time.Time) int {
	n := -1
	for n+1 < len(l.Phases) && !l.Phases[n+1].Begins.After(at) {
		n++
	}
	return n
}

// Listed returns the phase of a leg that the airport lists at a time.
func (l *Leg) Listed(at time.Time) (p Phase, ok bool) {
	n := l.Now(at)
	if n < 0 || l.Phases[n].State == "" {
		return p, false
	}
	return l.Phases[n], true
}

// Then adds a phase.
func (l *Leg) Then(at time.Time, p Phase) {
	p.Begins = at
	l.Phases = append(l.Phases, p)
}

// NewLegs returns the legs that are scheduled in some hours. Most numbers are used each day, and some twice a day.
func NewLegs(random *rand.Rand, from, to time.Time, n int) (legs []*Leg) {
	for i := range n {
		number := fmt.Sprintf("A%c%d", 'A'+i%20, 100+i)
		due := from.Add(Random(random, 24*time.Hour)).Truncate(time.Minute)
		for ; due.Before(to); due = due.AddDate(0, 0, 1) {
			for twice := range 1 + i%10/9 {
				sched := due.Add(time.Duration(twice) * 10 * time.Hour)
				if sched.After(to) {
					continue
				}
				l := &Leg{Number: number, From: fmt.Sprintf("X%c%c", 'A'+i%26, 'A'+i/26%26)}
				l.ID = fmt.Sprint("id", 7000+len(legs))
				l.live(random, sched)
				legs = append(legs, l)
			}
		}
	}
	return legs
}

// live makes up the phases of a leg.
func (l *Leg) live(random *rand.Rand, sched time.Time) {
	between := func(a, b time.Duration) time.Duration { return a + Random(random, b-a) }
	minute := func(t time.Time) time.Time { return t.Truncate(time.Minute) }
	now := Phase{State: "scheduled", Sched: sched, Gate: "1"}
	l.Then(sched.Add(-between(5*time.Hour, 6*time.Hour)), now)
	late := between(-20*time.Minute, 3*time.Hour)
	if random.IntN(3) > 0 {
		late = between(-20*time.Minute, 20*time.Minute)
	}
	if random.IntN(10) == 0 {
		now.Sched = minute(sched.Add(between(-time.Hour, 2*time.Hour)))
		l.Then(sched.Add(-4*time.Hour), now)
	}
	now.Gate = fmt.Sprint(random.IntN(30))
	l.Then(sched.Add(-200*time.Minute), now)
	lands := now.Sched.Add(late).Truncate(time.Second)
	switch fate := random.IntN(20); fate {
	case 0:
		now.State, l.Off = "cancelled", true
		l.Then(sched.Add(-3*time.Hour), now)
	case 1:
		l.Withdrawn, now.State = true, ""
		l.Then(sched.Add(-3*time.Hour), now)
		return
	default:
		now.State, now.Exp = "expected", minute(lands.Add(between(-20*time.Minute, 20*time.Minute)))
		l.Then(lands.Add(-170*time.Minute), now)
		now.State = "en route"
		l.Then(lands.Add(-150*time.Minute), now)
		now.Exp = minute(lands.Add(between(-5*time.Minute, 5*time.Minute)))
		l.Then(lands.Add(-60*time.Minute), now)
		if fate == 2 {
			now.State, l.Overdue = "", true
			l.Then(lands.Add(-5*time.Minute), now)
			return
		}
		if fate == 3 {
			now.State, l.Off = "diverted", true
			l.Then(lands.Add(-20*time.Minute), now)
			break
		}
		now.State = "landing"
		l.Then(lands.Add(-15*time.Minute), now)
		now.State, now.Landed = "landed", lands
		l.Then(lands.Add(between(0, time.Minute)), now)
		now.State, now.OnBlock = "arrived", lands.Add(6*time.Minute)
		l.Then(lands.Add(7*time.Minute), now)
		now.State = "on belt"
		l.Then(lands.Add(25*time.Minute), now)
	}
	now.State = ""
	l.Then(lands.Add(between(40*time.Minute, 4*time.Hour)), now)
}

// Random returns a time below n.
func Random(random *rand.Rand, n time.Duration) time.Duration {
	return time.Duration(random.Int64N(int64(n)))
}

// WithoutDoubledHour returns the legs that have no time in the hours in which clocks change: without an offset, such a
// time means either.
func WithoutDoubledHour(legs []*Leg, zone *time.Location) (kept []*Leg) {
next:
	for _, l := range legs {
		for _, p := range l.Phases {
			for _, at := range []time.Time{p.Sched, p.Exp, p.Landed, p.OnBlock} {
				if h := at.In(zone).Hour(); !at.IsZero() && h >= 1 && h <= 3 {
					continue next
				}
			}
		}
		kept = append(kept, l)
	}
	return kept
}
