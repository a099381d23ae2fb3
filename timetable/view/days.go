package view

import (
	"time"

	"flightboard/timetable"
)

// A dayOrder is the time by which rows are in order, so that the rows of a day follow each other.
type dayOrder uint8

const (
	noDays    dayOrder = iota // rows are in another order
	byDue                     // expected, or else scheduled: the board's own order
	byArrival                 // scheduled
	byExpected
)

// dayOrder returns the time by which the query sorts first.
func (q *Query) dayOrder() dayOrder {
	switch {
	case len(q.Sort) == 0:
		return byDue
	case q.Sort[0].Column == timetable.FieldArrival:
		return byArrival
	case q.Sort[0].Column == timetable.FieldExpected:
		return byExpected
	}
	return noDays
}

// dayOf returns the day of a flight in such an order, counted from 1970-01-01; 0: it has no date.
func (z Zone) dayOf(f *timetable.Flight, by dayOrder) int64 {
	if by == noDays || z.today == 0 {
		return 0
	}
	t, ok := f.Time(timetable.FieldExpected)
	if by == byArrival || by == byDue && !ok {
		t, ok = f.Time(timetable.FieldArrival)
	}
	if !ok || !t.Dated {
		return 0
	}
	return z.day(t)
}

// begins returns the day that begins with a row of a day, below a row of the day before; 0: none does. The first row
// has none above it, and begins a day unless that is the board's.
func (z Zone) begins(day, before int64) int64 {
	if day == before || before == 0 && day == z.today {
		return 0
	}
	return day
}

// Begins returns a flight's day in the board's order, and the date, in English, if a day begins with the flight: before
// is the day of the flight above it, or 0.
func (z Zone) Begins(f *timetable.Flight, before int64) (day int64, date string) {
	day = z.dayOf(f, byDue)
	if begins := z.begins(day, before); begins != 0 {
		date = time.Unix(begins*24*60*minute, 0).UTC().Format("Monday 2 January")
	}
	return day, date
}

// redate writes the dates again if the language has changed, also while rows wait for their places.
func (t *Table) redate(s Surface) {
	if !t.redated {
		return
	}
	t.redated = false
	for _, r := range t.rows {
		if r.begins != 0 {
			s.BeginDay(r.number, 0)
			s.BeginDay(r.number, r.begins)
		}
	}
}

// divide marks the rows with which a day begins. It leaves the marks as they are while rows wait for their places.
func (t *Table) divide(by dayOrder, s Surface) {
	if by != t.dividedBy {
		t.dividedBy, t.divided = by, false
		for _, r := range t.rows {
			r.day = r.zone.dayOf(&r.drawn, by)
		}
	}
	if t.divided {
		return
	}
	t.divided = true
	before := int64(0)
	for _, r := range t.rows {
		if begins := t.zone.begins(r.day, before); begins != r.begins {
			r.begins = begins
			s.BeginDay(r.number, begins)
		}
		before = r.day
	}
}
