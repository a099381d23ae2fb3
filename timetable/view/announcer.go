package view

import (
	"time"

	"flightboard/timetable/words"
)

// An Announcer decides what those are told who hear the page: at once that the connection is lost, and of all else a sum,
// in which what has come back to what it was does not count. The zero value speaks.
type Announcer struct {
	Off bool // the reader does not want to hear it

	state  string // in which the connection is, if it is lost
	urgent string // to be said with the next drawing
	again  bool   // the connection is there again, which nobody has said yet
	feed   string // what is wrong with the server's feeds
	silent bool   // nobody has said that
	due    time.Time
}

// Pause is how long a sum gathers what happens, and so the least that there is between two of them.
const Pause = 15 * time.Second

// Contact says in which state the connection is: lost are the words for a loss, or "" if it is well, or as the reader
// wants it. Feed says what is wrong with the server's feeds. If it returns true the next drawing should be now.
func (v *Announcer) SetStatus(state, lost, feed string) (news bool) {
	well := state == "live" || state == "quiet"
	if lost == "" {
		state = ""
	}
	if state != v.state {
		v.again = well && v.urgent == "" // a loss that nobody has heard of is no news when it is over
		v.state, v.urgent = state, lost
	}
	if feed != v.feed {
		v.feed, v.silent = feed, feed != ""
	}
	return v.urgent != "" || v.due.IsZero() && (v.again || v.silent)
}

// next is how long after the last tick there is something to say; 0: there is nothing.
func (v *Announcer) next(now time.Time) time.Duration {
	if v.due.IsZero() {
		return 0
	}
	return max(v.due.Sub(now), time.Second)
}

// speak lets the surface say what there is to say after a drawing.
func (v *Announcer) speak(t *Table, s Surface) {
	switch {
	case v.Off:
		v.urgent = ""
	case v.urgent != "":
		s.Announce(v.urgent)
		v.urgent = ""
		return
	case len(t.noted) == 0 && !v.again && !v.silent:
		return
	case v.due.IsZero():
		v.due = t.now.Add(Pause)
		return
	case t.now.Before(v.due):
		return
	}
	sum := words.Sum(t.sum())
	for _, also := range []struct {
		on   bool
		says string
	}{{v.again, words.Again}, {v.silent, v.feed}} {
		if also.on && sum != "" {
			sum += words.Next
		}
		if also.on {
			sum += also.says
		}
	}
	v.again, v.silent, v.due = false, false, time.Time{}
	if sum != "" && !v.Off {
		s.Announce(sum)
	}
}

// note takes note of a row before its flight's state changes.
func (t *Table) noteState(r *row) {
	if !r.noted {
		r.noted, r.before = true, r.drawn.State
		t.noted = append(t.noted, r)
	}
}

// sum returns into which states the flights on the table have come since the last sum, the state of the most first.
func (t *Table) sum() (groups []words.Group) {
	for _, r := range t.noted {
		r.noted = false
		state := Sign(&r.drawn)
		if state == "" {
			state = r.drawn.State
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
	clear(t.noted)
	t.noted = t.noted[:0]
	return groups
}
