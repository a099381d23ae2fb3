package poll

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	"flightboard/server/feed/source"
	"flightboard/timetable"
)

// A row is a flight as the source has it in one answer.
type row struct {
	place  string
	id     string           // the source's own identity of the leg; "": it has none
	flight timetable.Flight // without ID
	times  timetable.Times
	stamp  time.Time // of its last change; zero: unknown

	arrival, expected source.Time
	actual            [timetable.MilestoneCount]source.Time
}

// newRow returns the row of a flight. complain is called for each value that the board cannot take, and that is left
// out. The error is that of the row.
func newRow(s *source.Row, zone *time.Location, complain func(place string, err error)) (*row, error) {
	r := &row{place: s.Place, stamp: s.Stamp, arrival: s.Arrival, expected: s.Expected, actual: s.Actual}
	var report timetable.Report
	for k := range s.Flight.Filled().All() {
		switch k {
		case timetable.FieldFeed, timetable.FieldDated, timetable.FieldOverridden,
			timetable.FieldArrival, timetable.FieldExpected:
			continue
		}
		one := timetable.Report{Change: timetable.Change{Flight: timetable.Flight{Number: "1"}}}
		err := one.Set(k.String(), s.Flight.Text(k))
		if err == nil {
			err = one.Validate()
		}
		switch {
		case err == nil:
			report.Set(k.String(), s.Flight.Text(k)) // it is right
		case k == timetable.FieldNumber:
			return nil, err
		case k != timetable.FieldID: // the leg gets another one
			complain(s.Place, err)
		}
	}
	r.flight = report.Flight
	if r.id, r.flight.ID = r.flight.ID, ""; r.flight.Number == "" {
		return nil, errors.New("flight: missing")
	}
	for _, t := range r.all() {
		switch {
		case t.At.IsZero():
			*t = source.Time{}
		case t.At.Year() < 1970 || t.At.Year() > 9999:
			complain(s.Place, fmt.Errorf("the time %q is in the year %d", t.Text, t.At.Year()))
			*t = source.Time{}
		case zone != nil:
			t.At = t.At.In(zone)
		}
	}
	r.write()
	return r, nil
}

// all returns the row's times.
func (r *row) all() []*source.Time {
	all := []*source.Time{&r.arrival, &r.expected}
	for m := range r.actual {
		all = append(all, &r.actual[m])
	}
	return all
}

// write writes the row's times as the board has them.
func (r *row) write() {
	text := func(t source.Time) string {
		if t.At.IsZero() {
			return ""
		}
		return t.At.Format(time.RFC3339)
	}
	r.flight.Arrival, r.flight.Expected = text(r.arrival), text(r.expected)
	for m := range r.actual {
		r.times[m] = text(r.actual[m])
	}
}

// shift puts the row on another day: the source gives times of day only. Times that have a date themselves stay.
func (r *row) shift(days int) {
	r.arrival.At = r.arrival.At.AddDate(0, 0, days)
	for _, t := range r.all()[1:] {
		if t.At.IsZero() || !t.Undated && digits(t.Text) > len("150405") {
			continue
		}
		// It was dated as near to the schedule as can be, and stays so.
		if by := t.At.Sub(r.arrival.At); by < -12*time.Hour || by >= 12*time.Hour {
			t.At = t.At.AddDate(0, 0, days)
		}
	}
	r.write()
}

func digits(text string) (n int) {
	for _, c := range text {
		if '0' <= c && c <= '9' {
			n++
		}
	}
	return n
}

// hasLanded reports whether the source has the flight as landed, in a word or by a time.
func (r *row) hasLanded() bool {
	for m := timetable.MilestoneLanded; m < timetable.MilestoneCount; m++ {
		if r.times[m] != "" {
			return true
		}
	}
	return r.flight.HasLanded()
}

// isOff reports whether the flight is cancelled or diverted, and has not come after all.
func (r *row) isOff() bool { return r.flight.IsOffSchedule() && !r.hasLanded() }

// due returns when the flight is expected or else scheduled; zero: unknown.
func (r *row) due() time.Time {
	if !r.expected.At.IsZero() {
		return r.expected.At
	}
	return r.arrival.At
}

// landed returns when the flight has landed, or else was at the gate; zero: unknown.
func (r *row) landed() time.Time {
	for m := timetable.MilestoneLanded; m < timetable.MilestoneCount; m++ {
		if at := r.actual[m].At; !at.IsZero() {
			return at
		}
	}
	return time.Time{}
}

// ended returns when the flight has landed, or else when it was due.
func (r *row) ended() time.Time { return cmp.Or(r.landed(), r.due()) }

// repeats reports whether the rows are one leg: no airport sends two flights of one number at one time.
func (r *row) repeats(other *row) bool {
	if r.flight.Number != other.flight.Number || !alike(r.flight.From, other.flight.From) ||
		!r.arrival.At.Equal(other.arrival.At) {
		return false
	}
	return !r.arrival.At.IsZero() || alike(r.id, other.id)
}

// same reports whether the rows have the same values.
func (r *row) same(other *row) bool { return r.flight == other.flight && r.times == other.times }

// alike reports whether two texts may be the same, as one of them is unknown or they are equal.
func alike(a, b string) bool { return a == "" || b == "" || strings.EqualFold(a, b) }

// unique returns the rows without those that come twice; of two with different values it is the newer or else the first
// one. IDs that two legs have are not theirs.
func unique(rows []*row, complain func(r *row, err error)) []*row {
	byNumber, ids := make(map[string][]*row, len(rows)), make(map[string]int, len(rows))
	kept := rows[:0:0]
next:
	for _, r := range rows {
		for i, other := range byNumber[r.flight.Number] {
			if !r.repeats(other) {
				continue
			}
			if !r.same(other) {
				newer := r.stamp.After(other.stamp)
				complain(r, fmt.Errorf("%s is in %s, too, with other values", r.flight.Number, other.place))
				if newer {
					*byNumber[r.flight.Number][i] = *r
				}
			}
			continue next
		}
		byNumber[r.flight.Number] = append(byNumber[r.flight.Number], r)
		kept = append(kept, r)
	}
	for _, r := range kept {
		ids[r.id]++
	}
	for _, r := range kept {
		if ids[r.id] > 1 {
			r.id = ""
		}
	}
	return kept
}
