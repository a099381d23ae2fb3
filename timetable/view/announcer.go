package view

import (
	"time"

	"flightboard/timetable/words"
)

// An Announcer decides what a screen reader announces: at once that the connection is lost, and everything else as a
// summary, without states that have changed back. The zero value is ready to use.
type Announcer struct {
	Off bool // the reader wants no announcements

	state       string // of the connection, if it is lost
	urgent      string // announced after the next drawing
	again       bool   // the connection is live again, and that has not been announced
	feed        string // the problem of the server's feeds; "" if there is none
	feedChanged bool   // that has not been announced
	due         time.Time
}

// Pause is the time during which a summary collects changes, and so the least time between two summaries.
const Pause = 15 * time.Second

// SetStatus sets the connection's state. Lost is the text for a lost connection; it is "" if the connection is well, or
// closed because the reader wants it. Feed is the problem of the server's feeds, or "". SetStatus returns true
// if the next drawing should not wait.
func (a *Announcer) SetStatus(state, lost, feed string) (urgent bool) {
	well := state == "live" || state == "quiet"
	if lost == "" {
		state = ""
	}
	if state != a.state {
		a.again = well && a.urgent == "" // not after a loss that was not announced
		a.state, a.urgent = state, lost
	}
	if feed != a.feed {
		a.feed, a.feedChanged = feed, feed != ""
	}
	return a.urgent != "" || a.due.IsZero() && (a.again || a.feedChanged)
}

// next returns how long after the last tick there is something to announce; 0: there is nothing.
func (a *Announcer) next(now time.Time) time.Duration {
	if a.due.IsZero() {
		return 0
	}
	return max(a.due.Sub(now), time.Second)
}

// announce makes the surface announce what is due, after a drawing.
func (a *Announcer) announce(t *Table, s Surface) {
	switch {
	case a.Off:
		a.urgent = ""
	case a.urgent != "":
		s.Announce(a.urgent)
		a.urgent = ""
		return
	case len(t.restated) == 0 && !a.again && !a.feedChanged:
		return
	case a.due.IsZero():
		a.due = t.now.Add(Pause)
		return
	case t.now.Before(a.due):
		return
	}
	summary := words.Sum(t.takeStates())
	for _, part := range []struct {
		on   bool
		text string
	}{{a.again, words.Again.String()}, {a.feedChanged, a.feed}} {
		if part.on && summary != "" {
			summary += words.Next.String()
		}
		if part.on {
			summary += part.text
		}
	}
	a.again, a.feedChanged, a.due = false, false, time.Time{}
	if summary != "" && !a.Off {
		s.Announce(summary)
	}
}

// keepState remembers a row's state for the next summary, before it changes.
func (t *Table) keepState(r *row) {
	if !r.restated {
		r.restated, r.before = true, r.drawn.State
		t.restated = append(t.restated, r)
	}
}

// takeStates returns the states into which flights on the table have come since it was called last, the one of the most
// flights first.
func (t *Table) takeStates() (groups []words.Group) {
	for _, r := range t.restated {
		r.restated = false
		state := r.drawn.State
		if sign := Sign(&r.drawn); sign != "" {
			state = words.State(sign)
		}
		if state == "" || r.drawn.State == r.before {
			continue
		}
		i := 0
		for i < len(groups) && groups[i].State != state {
			i++
		}
		if i == len(groups) {
			groups = append(groups, words.Group{State: state})
		}
		groups[i].Flights = append(groups[i].Flights, r.drawn.Number)
		for i > 0 && len(groups[i].Flights) > len(groups[i-1].Flights) {
			groups[i], groups[i-1] = groups[i-1], groups[i]
			i--
		}
	}
	clear(t.restated)
	t.restated = t.restated[:0]
	return groups
}
