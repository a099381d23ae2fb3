package view

import "flightboard/timetable"

// A Zone is the time zone in which times of day are shown: the airport's, a fixed offset from UTC, or the reader's.
type Zone struct {
	fixed   bool
	minutes int
	clocks  *clocks
}

// Airport is the zone of each time's own airport. Times without a date can be shown in no other.
var Airport Zone

// East returns the zone at an offset east of UTC; UTC itself is East(0).
func East(minutes int) Zone { return Zone{fixed: true, minutes: minutes} }

// Local returns the zone whose offset from UTC, in minutes, east returns for a Unix time: clocks change with the
// seasons, and a flight may arrive in another one than the present. East is called once for each quarter of an hour.
func Local(east func(seconds int64) (minutes int)) Zone {
	c := &clocks{east: east}
	c.cache[0].quarter = -1 // the zero value would stand for the first quarter of 1970
	return Zone{fixed: true, clocks: c}
}

// Clocks keep the offsets of recent days in a cache. An offset changes at a quarter of an hour only.
type clocks struct {
	east  func(seconds int64) int
	cache [512]struct {
		quarter int64
		minutes int
	}
}

func (z Zone) east(seconds int64) int {
	if z.clocks == nil {
		return z.minutes
	}
	quarter := seconds / (15 * minute)
	entry := &z.clocks.cache[uint64(quarter)%uint64(len(z.clocks.cache))]
	if entry.quarter != quarter {
		entry.quarter, entry.minutes = quarter, z.clocks.east(quarter*15*minute)
	}
	return entry.minutes
}

// Text returns the text of a column's cell: the flight's own text, and for times the time of day. An expected time on
// another day than the scheduled one has a suffix: 00:10 +1.
func (z Zone) Text(f *timetable.Flight, c timetable.Field) string {
	text := f.Text(c)
	if !isTime(c) || text == "" {
		return text
	}
	t, ok := timeOf(f, c)
	clock := timetable.Clock(text)
	if z.fixed && t.Dated {
		clock = clockText(t.Seconds + z.shift(t))
	}
	if c == timetable.FieldExpected && ok {
		due, ok := timeOf(f, timetable.FieldArrival)
		if !ok || due.Dated != t.Dated {
			return clock
		}
		switch days := z.day(t) - z.day(due); {
		case days > 0 && days < 10:
			clock += " +" + string(rune('0'+days))
		case days < 0 && days > -10:
			clock += " −" + string(rune('0'-days))
		}
	}
	return clock
}

// shift returns the offset east of UTC, in seconds, in which a time is shown. A time without a date is always shown
// in the airport's zone.
func (z Zone) shift(t timetable.Time) int64 {
	if !z.fixed || !t.Dated {
		return t.East
	}
	return int64(z.east(t.Seconds)) * minute
}

// day returns the number of days from 1970 to a time, in the zone.
func (z Zone) day(t timetable.Time) int64 {
	at := t.Seconds + z.shift(t)
	return (at - (at%day+day)%day) / day
}

func clockText(seconds int64) string {
	m := (seconds%day + day) % day / minute
	digits := func(n int64) string { return string([]byte{byte('0' + n/10), byte('0' + n%10)}) }
	return digits(m/60) + ":" + digits(m%60)
}
