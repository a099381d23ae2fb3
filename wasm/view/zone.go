package view

import "flightboard/timetable"

// A Zone is where times of day are read: at the airport, or so many minutes east of UTC.
type Zone struct {
	fixed   bool
	minutes int
}

// Airport is the zone of each time's own airport. Times without a date can be shown in no other.
var Airport Zone

// East is the zone so many minutes east of UTC, which is East(0).
func East(minutes int) Zone { return Zone{true, minutes} }

// Text is what the cell of a column says: the flight's own text, and of times the time of day. An expected time on
// another day than the scheduled one says so: 00:10 +1.
func (z Zone) Text(f *timetable.Flight, c timetable.Field) string {
	text := f.Text(c)
	if !isTime(c) || text == "" {
		return text
	}
	clock := timetable.Clock(text)
	if z.fixed {
		if m := momentOf(text); m.dated {
			clock = clockText(m.seconds + int64(z.minutes)*minute)
		}
	}
	if c == timetable.Expected {
		switch days := z.day(text) - z.day(f.Arrival); {
		case days > 0 && days < 10 && timetable.Date(text) != "" && timetable.Date(f.Arrival) != "":
			clock += " +" + string(rune('0'+days))
		case days < 0 && days > -10 && timetable.Date(text) != "" && timetable.Date(f.Arrival) != "":
			clock += " −" + string(rune('0'-days))
		}
	}
	return clock
}

// day counts the days of a time that has a date, in the zone.
func (z Zone) day(text string) int64 {
	date := timetable.Date(text)
	if date == "" {
		return 0
	}
	if !z.fixed {
		return dayOf(date)
	}
	return (momentOf(text).seconds + int64(z.minutes)*minute) / day
}

func clockText(seconds int64) string {
	m := (seconds%day + day) % day / minute
	digits := func(n int64) string { return string([]byte{byte('0' + n/10), byte('0' + n%10)}) }
	return digits(m/60) + ":" + digits(m%60)
}
