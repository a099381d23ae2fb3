package timetable

const (
	minute = 60
	day    = 24 * 60 * minute
)

// parseTime reads HH:MM as seconds after midnight (dated is false), and RFC 3339 with an offset as Unix seconds.
// It is written by hand because a board of 20,000 flights parses 10,000 of them a second in a browser, and
// time.Parse allocates a location for each.
func parseTime(s string) (seconds int64, dated, ok bool) {
	if len(s) == len("15:04") {
		seconds, ok = parseClock(s)
		return seconds, false, ok
	}
	if len(s) < len("2006-01-02T15:04Z") || s[4] != '-' || s[7] != '-' || (s[10] != 'T' && s[10] != 't') {
		return 0, true, false
	}
	year, ok1 := digits(s[0:4])
	month, ok2 := digits(s[5:7])
	dom, ok3 := digits(s[8:10])
	clock, ok4 := parseClock(s[11:16])
	if !ok1 || !ok2 || !ok3 || !ok4 || month < 1 || month > 12 || dom < 1 || dom > daysIn(month, year) {
		return 0, true, false
	}
	rest := s[16:]
	if len(rest) >= 3 && rest[0] == ':' { // seconds, which RFC 3339 requires and some feeds leave out
		sec, ok := digits(rest[1:3])
		if !ok || sec > 60 {
			return 0, true, false
		}
		clock, rest = clock+sec, rest[3:]
		if len(rest) > 1 && rest[0] == '.' {
			i := 1
			for i < len(rest) && '0' <= rest[i] && rest[i] <= '9' {
				i++
			}
			if i == 1 {
				return 0, true, false
			}
			rest = rest[i:]
		}
	}
	offset, ok := parseOffset(rest)
	return daysFromEpoch(year, month, dom)*day + clock - offset, true, ok
}

func parseClock(s string) (int64, bool) {
	h, ok1 := digits(s[0:2])
	m, ok2 := digits(s[3:5])
	return h*60*minute + m*minute, ok1 && ok2 && s[2] == ':' && h < 24 && m < 60
}

func parseOffset(s string) (int64, bool) {
	if s == "Z" || s == "z" {
		return 0, true
	}
	if len(s) != len("+00:00") {
		return 0, false
	}
	seconds, ok := parseClock(s[1:])
	switch s[0] {
	case '+':
		return seconds, ok
	case '-':
		return -seconds, ok
	}
	return 0, false
}

func digits(s string) (n int64, ok bool) {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int64(s[i]-'0')
	}
	return n, true
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

// Clock is the time of day that a board shows for Arrival or Expected: the airport's HH:MM, whether or not the
// text carries a date. A text that is not a time is returned as it is.
func Clock(text string) string {
	if _, dated, ok := parseTime(text); ok && dated {
		return text[11:16]
	}
	return text
}

// Date is the airport's date, YYYY-MM-DD, that Arrival or Expected carries, or "".
func Date(text string) string {
	if _, dated, ok := parseTime(text); ok && dated {
		return text[:10]
	}
	return ""
}
