package view

import "flightboard/timetable"

const (
	minute = 60
	day    = 24 * 60 * minute
)

// A moment is when a time says it is: a Unix time if it has a date, and otherwise seconds after midnight. The airport's
// clocks are that far east of it.
type moment struct {
	seconds, east int64
	dated, ok     bool
}

// timeOf reads a time of the flight. An expected time without a date is the one nearest to the scheduled time, as on the
// board: 00:10 is after 23:50, on the next day.
func timeOf(f *timetable.Flight, c timetable.Field) moment {
	m := momentOf(f.Text(c))
	if c == timetable.Expected && m.ok && !m.dated {
		if due := momentOf(f.Arrival); due.ok {
			clock := (due.seconds + due.east) % day / minute * minute
			late := (m.seconds - clock + 2*day) % day // from 0 up to a day
			if late >= day/2 {
				late -= day
			}
			due.seconds += late
			return due
		}
	}
	return m
}

// momentOf reads an Arrival or Expected, as the model reads it. Sorting reads 20,000 of them within a frame, so each
// byte is looked at once: see BenchmarkSort.
func momentOf(text string) moment {
	if len(text) == len("15:04") {
		seconds, ok := clockOf(text)
		return moment{seconds: seconds, ok: ok}
	}
	if len(text) < len("2006-01-02T15:04Z") || text[10] != 'T' && text[10] != 't' {
		return moment{}
	}
	seconds, ok := clockOf(text[11:16])
	east := int64(0)
	if text[16] == ':' && len(text) > 19 {
		seconds += number(text[17:19])
	}
	switch n := len(text); text[n-1] {
	case 'Z', 'z':
	default:
		offset, fine := clockOf(text[n-5:])
		ok = ok && fine
		if east = offset; text[n-6] == '-' {
			east = -offset
		}
	}
	return moment{dayOf(text)*day + seconds - east, east, true, ok}
}

func clockOf(text string) (seconds int64, ok bool) {
	h, m := number(text[:2]), number(text[3:5])
	return (h*60 + m) * minute, text[2] == ':' && h >= 0 && h < 24 && m >= 0 && m < 60
}

// number reads digits. Of other bytes it makes a number that is out of every range.
func number(digits string) (n int64) {
	for i := range len(digits) {
		d := int64(digits[i]) - '0'
		if d < 0 || d > 9 {
			return -1 << 40
		}
		n = n*10 + d
	}
	return n
}

// dayOf counts a date's days from 1970: years begin in March, so that the leap day is the last.
func dayOf(date string) int64 {
	year, month, dom := number(date[:4]), number(date[5:7]), number(date[8:10])
	if month < 3 {
		year, month = year-1, month+12
	}
	return 365*year + year/4 - year/100 + year/400 + (153*(month-3)+2)/5 + dom - 719469
}

// A circle is the times of day that a column has. It is cut where the gap between two of them is widest: a column of
// 23:50 and 00:10 begins with 23:50.
type circle [day / minute]bool

func (c *circle) add(seconds int64) { c[seconds/minute] = true }

// cut returns the time, in seconds after midnight, with which the column begins.
func (c *circle) cut() int64 {
	last := 0
	for at, ok := range c {
		if ok {
			last = at
		}
	}
	last -= len(c) // as yesterday's
	cut, widest := 0, 0
	for at, ok := range c {
		if !ok {
			continue
		}
		if gap := at - last; gap > widest {
			cut, widest = at, gap
		}
		last = at
	}
	return int64(cut) * minute
}
