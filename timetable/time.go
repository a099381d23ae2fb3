package timetable

const (
	minute = 60
	hour   = 60 * minute
	day    = 24 * hour
)

// A Time is the parsed value of a field such as Arrival, or of a stamp.
type Time struct {
	Seconds int64 // Unix time if Dated, and otherwise seconds after midnight at the airport
	Micros  int64 // after Seconds; digits beyond the sixth are dropped
	East    int64 // seconds by which the airport's clock is ahead of UTC, if Dated
	Dated   bool  // the text has a date
}

// ParseTime reads HH:MM, and RFC 3339 with an offset; the seconds, which RFC 3339 requires, may be left out.
// It allocates nothing: a browser that sorts 20,000 flights reads as many within a frame (BenchmarkSort of package
// view), and time.Parse allocates a location for each.
func ParseTime(s string) (t Time, ok bool) {
	if len(s) == len("15:04") {
		t.Seconds, ok = parseClock(s)
		return t, ok
	}
	if len(s) < len("2006-01-02T15:04Z") || s[4] != '-' || s[7] != '-' || s[10]|0x20 != 't' {
		return Time{}, false
	}
	clock, ok := parseClock(s[11:16])
	year, month, dom := 100*twoDigits(s[0:])+twoDigits(s[2:]), twoDigits(s[5:]), twoDigits(s[8:])
	if !ok || year < 0 || month < 1 || month > 12 || dom < 1 || dom > 28 && dom > daysIn(month, year) {
		return Time{}, false
	}
	rest := s[16:]
	if len(rest) >= 3 && rest[0] == ':' {
		sec := twoDigits(rest[1:])
		if sec < 0 || sec > 60 {
			return Time{}, false
		}
		clock, rest = clock+sec, rest[3:]
		if len(rest) > 1 && rest[0] == '.' {
			if t.Micros, rest = cutFraction(rest[1:]); rest == "" {
				return Time{}, false
			}
		}
	}
	if t.East, ok = parseOffset(rest); !ok {
		return Time{}, false
	}
	t.Seconds, t.Dated = daysFromEpoch(year, month, dom)*day+clock-t.East, true
	return t, true
}

// cutFraction reads the digits after the point, and returns the text behind them; "" if there are no digits.
func cutFraction(s string) (micros int64, rest string) {
	for unit := int64(1e5); s != "" && '0' <= s[0] && s[0] <= '9'; s, unit, rest = s[1:], unit/10, s[1:] {
		micros += int64(s[0]-'0') * unit
	}
	return micros, rest
}

// parseTime is ParseTime for callers that need no offset.
func parseTime(s string) (seconds int64, dated, ok bool) {
	t, ok := ParseTime(s)
	return t.Seconds, t.Dated, ok
}

func parseClock(s string) (seconds int64, ok bool) {
	h, m := twoDigits(s), twoDigits(s[3:])
	if s[2] != ':' || h < 0 || h > 23 || m < 0 || m > 59 {
		return 0, false
	}
	return h*60*minute + m*minute, true
}

func parseOffset(s string) (east int64, ok bool) {
	if s == "Z" || s == "z" {
		return 0, true
	}
	if len(s) != len("+00:00") || s[0] != '+' && s[0] != '-' {
		return 0, false
	}
	if east, ok = parseClock(s[1:]); s[0] == '-' {
		east = -east
	}
	return east, ok
}

// twoDigits returns the two-digit number at the beginning of s. If other bytes are there, the result is so far below
// zero that it stays negative when it is multiplied by 100 and a second number is added.
func twoDigits(s string) int64 {
	tens, ones := s[0]-'0', s[1]-'0'
	if tens > 9 || ones > 9 {
		return -1 << 20
	}
	return int64(tens)*10 + int64(ones)
}

func daysIn(month, year int64) int64 {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// daysFromEpoch counts the days from 1970-01-01 to a date of the Gregorian calendar. The year is taken to begin
// in March, so that the leap day is its last; 153 days are five months from March on. It counts from the year -400,
// because division rounds up what is below zero.
func daysFromEpoch(year, month, dom int64) int64 {
	year += 400
	if month <= 2 {
		year, month = year-1, month+12
	}
	return 365*year + year/4 - year/100 + year/400 + (153*(month-3)+2)/5 + dom - 1 - 865565
}

// Clock returns the time of day that a board shows for Arrival or Expected: the airport's HH:MM, whether or not the
// text has a date. A text that is not a time is returned as it is.
func Clock(text string) string {
	if _, dated, ok := parseTime(text); ok && dated {
		return text[11:16]
	}
	return text
}

// Date returns the airport's date, YYYY-MM-DD, in Arrival or Expected, or "".
func Date(text string) string {
	if _, dated, ok := parseTime(text); ok && dated {
		return text[:10]
	}
	return ""
}

// earliest is how long before its schedule a flight may come; it may be late by the rest of a day, because flights are
// late more often than early.
const earliest = -3 * hour

// Time returns Arrival or Expected. A text without a date gets one from the flight's other times, if one of them has a
// date: Arrival is the time nearest to Dated, and Expected is from three hours before Arrival to 21 hours after it. If
// none has a date, Expected may be less than 0, or a day or more: it is on another day than Arrival.
func (f *Flight) Time(k Field) (t Time, ok bool) {
	t, ok = ParseTime(f.Text(k))
	if !ok || t.Dated {
		return t, ok
	}
	if k == FieldExpected {
		if arrival, ok := f.Time(FieldArrival); ok {
			return arrival.from(earliest, t.Seconds), true
		}
	}
	if anchor, ok := ParseTime(f.Dated); ok && anchor.Dated {
		return anchor.from(-day/2, t.Seconds), true
	}
	return t, true
}

// from returns the first time, so many seconds after t or later, at which the clock of t shows a time of day.
func (t Time) from(seconds, clock int64) Time {
	minuteOf := t.Seconds - modulo(t.Seconds+t.East, minute)
	own := modulo(minuteOf+t.East, day)
	shift := seconds + modulo(clock-own-seconds, day)
	t.Seconds += shift
	return t
}

// modulo is the remainder that is not less than 0.
func modulo(a, b int64) int64 { return (a%b + b) % b }
