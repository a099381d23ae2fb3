package view

import "flightboard/timetable"

// A Zone is the time zone in which times of day are shown: the airport's, a fixed offset from UTC, or the reader's.
type Zone struct {
	fixed   bool
	minutes int
	clocks  *clocks
	today   int64 // the board's day, counted from 1970-01-01; 0: it is not known
}

// Airport is the zone of each time's own airport. Times that have no date at all can be shown in no other.
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

// Text returns the text of a column's cell: the flight's own text, for states of the vocabulary the word of the
// language that is set, and for times the time of day. A time that is not of the board's day has a suffix: 00:10 +1, or
// the date if that is far off. Where the board's day is not known, an expected time on another day than the scheduled
// one has it.
func (z Zone) Text(f *timetable.Flight, c timetable.Field) string {
	if !isTime(c) {
		return textOf(f, c)
	}
	text := f.Text(c)
	if text == "" {
		return ""
	}
	t, ok := f.Time(c)
	if !ok {
		return text
	}
	clock := timetable.Clock(text)
	due, known := f.Time(timetable.FieldArrival)
	known = known && due.Dated == t.Dated
	if known && t.Dated && t.East != due.East { // 00:10+01:00 is before 23:30Z
		t.East = due.East
		clock = clockText(t.Seconds + t.East)
	}
	if z.fixed && t.Dated {
		clock = clockText(t.Seconds + z.shift(t))
	}
	days := int64(0)
	switch {
	case z.today != 0 && t.Dated:
		days = z.day(t) - z.today
	case c == timetable.FieldExpected && known:
		days = z.day(t) - z.day(due)
	}
	switch {
	case days > 9 || days < -9:
		return clock + " " + dateText(z.day(t))
	case days > 0:
		return clock + " +" + string(rune('0'+days))
	case days < 0:
		return clock + " −" + string(rune('0'-days))
	}
	return clock
}

// On returns the zone with the board's day, as Day returns it: times of other days are marked.
func (z Zone) On(today int64) Zone {
	z.today = today
	return z
}

// Today returns the board's day at a moment, as a number for On; 0: no flight has a date.
func (z Zone) Today(b *timetable.Board, now int64) int64 {
	return b.Day(now, z.today, z.day)
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

// dateText writes a day as 2026-11-20.
func dateText(days int64) string {
	// Years are taken to begin in March, so that the leap day is the last; 146097 days are 400 years.
	days += 719468
	era := (days - (days%146097+146097)%146097) / 146097
	dayOfEra := days - era*146097
	year := (dayOfEra - dayOfEra/1460 + dayOfEra/36524 - dayOfEra/146096) / 365
	dayOfYear := dayOfEra - (365*year + year/4 - year/100)
	month := (5*dayOfYear + 2) / 153
	dom := dayOfYear - (153*month+2)/5 + 1
	year += era * 400
	if month += 3; month > 12 {
		month, year = month-12, year+1
	}
	digits := func(n int64) string { return string([]byte{byte('0' + n/10%10), byte('0' + n%10)}) }
	return digits(year/100) + digits(year) + "-" + digits(month) + "-" + digits(dom)
}

func clockText(seconds int64) string {
	m := (seconds%day + day) % day / minute
	digits := func(n int64) string { return string([]byte{byte('0' + n/10), byte('0' + n%10)}) }
	return digits(m/60) + ":" + digits(m%60)
}
