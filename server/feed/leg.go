package feed

import (
	"errors"
	"fmt"
	"time"

	"flightboard/timetable"
)

// A leg is one recorded flight from one airport to the next, with scheduled and actual times in UTC.
type leg struct {
	is      timetable.Leg
	number  string
	airline string
	from    string
	origin  string
	zone    *time.Location // the offset at the destination at that time

	departs   time.Time // scheduled, off block
	left      time.Time // off block; zero if it did not depart
	due       time.Time // scheduled, in block
	touchdown time.Time // landed legs only, as is inBlock
	inBlock   time.Time
	fate      string // landed, diverted or cancelled
}

// newLeg reads one row. The error names the column that is wrong.
func newLeg(r *row) (leg, error) {
	l := leg{
		number:    r.text("flight"),
		airline:   r.text("airline"),
		from:      r.text("origin"),
		origin:    r.text("origin_city"),
		departs:   r.time("sched_dep_utc"),
		left:      r.time("off_block_utc"),
		due:       r.time("sched_arr_utc"),
		touchdown: r.time("touchdown_utc"),
		inBlock:   r.time("in_block_utc"),
	}
	if l.left.IsZero() {
		l.left = r.time("airborne_utc")
	}
	if l.touchdown.IsZero() {
		l.touchdown = l.inBlock
	}
	if l.inBlock.IsZero() {
		l.inBlock = l.touchdown
	}
	if name, ok := airlines[l.airline]; ok {
		l.airline = name
	}
	local := r.local("sched_arr_local")
	switch {
	case r.err != nil:
		return leg{}, r.err
	case l.departs.IsZero():
		return leg{}, errors.New("sched_dep_utc: missing")
	case l.due.IsZero():
		return leg{}, errors.New("sched_arr_utc: missing")
	case local.IsZero():
		return leg{}, errors.New("sched_arr_local: missing")
	}
	// The difference of local time and UTC is the airport's offset, so no time zone database is needed.
	offset := local.Sub(l.due)
	if offset < -12*time.Hour || offset > 14*time.Hour {
		return leg{}, fmt.Errorf("sched_arr_local is %v from sched_arr_utc: no place on Earth is", offset)
	}
	l.zone = r.zone(offset)
	if err := l.decide(r.text("status")); err != nil {
		return leg{}, err
	}
	if err := l.plausible(); err != nil {
		return leg{}, err
	}
	var err error
	if l.is, err = timetable.ParseLeg(r.text("leg_id")); err != nil {
		return leg{}, fmt.Errorf("leg_id: %w", err)
	}
	// A flight that the log would reject later is an error now, when its line is known.
	enter := timetable.Change{Kind: timetable.KindAdd, Flight: l.flight(0, milestone{state: "scheduled"})}
	return l, enter.Validate()
}

// decide sets the leg's fate from the word in its status column and from the times that go with it.
func (l *leg) decide(status string) error {
	switch status {
	case "landed", "diverted", "cancelled":
		l.fate = status
	case "cancelled_or_diverted": // a leg that did not depart was not diverted
		l.fate = "cancelled"
		if !l.left.IsZero() {
			l.fate = "diverted"
		}
	default:
		return fmt.Errorf("status: %q is neither landed, diverted, cancelled nor cancelled_or_diverted", status)
	}
	switch {
	case l.fate != "cancelled" && l.left.IsZero():
		return fmt.Errorf("status is %s, but off_block_utc and airborne_utc are missing", status)
	case l.fate == "landed" && l.touchdown.IsZero():
		return errors.New("status is landed, but touchdown_utc and in_block_utc are missing")
	}
	return nil
}

// plausible returns an error for impossible times. On the board they would look like a fault of the program.
func (l *leg) plausible() error {
	within := func(what string, from, to time.Time, least, most time.Duration) error {
		if d := to.Sub(from); d < least || d > most {
			return fmt.Errorf("%s is %v, want %v to %v", what, d, least, most)
		}
		return nil
	}
	err := within("sched_arr_utc - sched_dep_utc", l.departs, l.due, time.Minute, 24*time.Hour)
	if !l.left.IsZero() && err == nil {
		err = within("off_block_utc - sched_dep_utc", l.departs, l.left, -3*time.Hour, 72*time.Hour)
	}
	if l.fate == "landed" && err == nil {
		err = within("touchdown_utc - off_block_utc", l.left, l.touchdown, time.Minute, 24*time.Hour)
	}
	if l.fate == "landed" && err == nil {
		err = within("in_block_utc - touchdown_utc", l.touchdown, l.inBlock, 0, 6*time.Hour)
	}
	return err
}

// flight returns the leg as the board shows it after a milestone, with dates that are later by a number of days.
func (l *leg) flight(days int, m milestone) timetable.Flight {
	f := l.identity(days)
	f.Origin, f.From, f.Airline = l.origin, l.from, l.airline
	f.Arrival, f.State, f.Expected = l.stamp(days, l.due), m.state, l.stamp(days, m.expected)
	return f
}

func (l *leg) identity(days int) timetable.Flight {
	is := l.is
	is.Date = is.Date.AddDate(0, 0, days)
	return timetable.Flight{ID: is.String(), Number: l.number}
}

// stamp formats a time by the airport's clock, with its offset.
func (l *leg) stamp(days int, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.AddDate(0, 0, days).In(l.zone).Format(time.RFC3339)
}

// airlines has the names of the carriers in the built-in recordings. Others are shown by their code.
var airlines = map[string]string{
	"AA": "American",
	"B6": "JetBlue",
	"DL": "Delta",
	"HA": "Hawaiian",
	"WN": "Southwest",
}
