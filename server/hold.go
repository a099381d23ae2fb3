package main

import (
	"maps"
	"slices"
	"strings"
	"time"

	"flightboard/timetable"
)

// A hold is what is held of one flight: fields, each until its time, and, under the field Overridden, that it is not
// shown. It is not changed, but replaced.
type hold struct {
	flight timetable.Flight
	until  map[timetable.Field]time.Time
}

const hiding = timetable.Overridden

// holdable are the fields that a hand can hold: not those that say which flight is meant.
const holdable = ^timetable.Fields(1<<timetable.Number | 1<<timetable.ID | 1<<timetable.Feed | 1<<timetable.Overridden)

// fields are those that are held.
func (h hold) fields() (set timetable.Fields) {
	for k := range h.until {
		if k != hiding {
			set |= k.Bit()
		}
	}
	return set
}

// hides says whether the flight is not shown.
func (h hold) hides() bool { return !h.until[hiding].IsZero() }

// with returns the hold with what a change names as well.
func (h hold) with(c *timetable.Change, until time.Time) hold {
	fields := c.Named & holdable
	next := hold{flight: h.flight.With(&c.Flight, fields), until: make(map[timetable.Field]time.Time)}
	maps.Copy(next.until, h.until)
	for k := range fields.All() {
		next.until[k] = until
	}
	if c.Hidden {
		next.until[hiding] = until
	}
	next.flight.Overridden = namesOf(next.fields())
	return next
}

// at returns what is left of the hold at a moment.
func (h hold) at(now time.Time) hold {
	return h.filter(func(_ timetable.Field, until time.Time) bool { return until.After(now) })
}

// only returns what the hold says of some fields.
func (h hold) only(fields timetable.Fields) hold {
	return h.filter(func(k timetable.Field, _ time.Time) bool { return k != hiding && fields.Has(k) })
}

func (h hold) filter(stays func(k timetable.Field, until time.Time) bool) hold {
	left := hold{until: maps.Clone(h.until)}
	maps.DeleteFunc(left.until, func(k timetable.Field, until time.Time) bool { return !stays(k, until) })
	left.flight = left.flight.With(&h.flight, left.fields())
	left.flight.Overridden = namesOf(left.fields())
	return left
}

// end is when the next part of the hold ends; zero: there is none.
func (h hold) end() (end time.Time) {
	for _, until := range h.until {
		if end.IsZero() || until.Before(end) {
			end = until
		}
	}
	return end
}

// above returns the flight with the held fields in their place, and marked.
func (h hold) above(base *timetable.Flight) timetable.Flight {
	return base.With(&h.flight, h.fields()|timetable.Overridden.Bit())
}

// cover returns the change with the held fields in their place. It has been weighed, so it goes up as it is.
func (h hold) cover(c timetable.Change) timetable.Change {
	c.Source, c.Stamp, c.Times, c.Evidence = "", 0, timetable.Times{}, timetable.Recorded
	switch c.Kind {
	case timetable.Add:
		c.Flight = h.above(&c.Flight)
	case timetable.Update:
		c.Flight = c.Flight.With(&timetable.Flight{}, h.fields())
		c.Named &^= h.fields()
	}
	return c
}

// namesOf are the names of fields, as Flight.Overridden has them.
func namesOf(fields timetable.Fields) string {
	var names []string
	for k := range fields.All() {
		names = append(names, k.String())
	}
	slices.Sort(names)
	return strings.Join(names, "\n")
}

// fieldsOf is the set of fields with these names, those that can be held.
func fieldsOf(names string) (set timetable.Fields) {
	for k := range holdable.All() {
		if slices.Contains(strings.Split(names, "\n"), k.String()) {
			set |= k.Bit()
		}
	}
	return set
}
