package mapping

import (
	"errors"
	"strings"
)

var errUsual = errors.New("is not a time that can be read without a layout: " +
	`want "time", such as "02.01.2006 15:04", "unix" or "minutes"`)

// readUsual reads what needs no layout: RFC 3339 and its variants, with a blank for the T, without seconds or offset,
// with fractions, offsets such as +01, +0100, UTC, and slashes or dots after a year; 202611201405; and times of day:
// 14:05, 1405, 5 (which is 00:05), 2:05 PM.
func readUsual(text string) (c clock, err error) {
	s := scanner{text}
	isNumber := strings.Trim(text, "0123456789") == ""
	switch {
	case isNumber && len(text) <= 4:
		n := s.digits(4)
		c.hour, c.minute = n/100, n%100
	case isNumber && (len(text) == 12 || len(text) == 14):
		c.year, c.month, c.day = s.digits(4), s.digits(2), s.digits(2)
		c.hour, c.minute, c.second = s.digits(2), s.digits(2), max(s.digits(2), 0)
	default:
		if s.date(&c) {
			s.skip("Tt ,")
		}
		if !s.clock(&c) {
			return c, errUsual
		}
		s.skip(" ")
		s.half(&c)
		s.zone(&c)
	}
	if s.rest != "" {
		return c, errUsual
	}
	return c, c.check()
}

// check returns an error if no clock or calendar has such a time.
func (c *clock) check() error {
	switch {
	case c.minute > 59 || c.second > 60 || c.hour > 24 || c.hour == 24 && (c.minute > 0 || c.second > 0):
		return errors.New("is not a time of day")
	case c.year != 0 && (c.month < 1 || c.month > 12 || c.day < 1 || date(c.year, c.month, c.day).Day() != c.day):
		return errors.New("is not a day of the calendar")
	}
	return nil
}

// A scanner reads a time from left to right.
type scanner struct{ rest string }

// digits reads a number of at most so many digits, or returns -1.
func (s *scanner) digits(most int) int {
	n, i := 0, 0
	for ; i < len(s.rest) && i < most && '0' <= s.rest[i] && s.rest[i] <= '9'; i++ {
		n = 10*n + int(s.rest[i]-'0')
	}
	if i == 0 {
		return -1
	}
	s.rest = s.rest[i:]
	return n
}

func (s *scanner) skip(set string) bool {
	rest := strings.TrimLeft(s.rest, set)
	skipped := rest != s.rest
	s.rest = rest
	return skipped
}

// byte reads one character of a set, or returns 0.
func (s *scanner) byte(set string) byte {
	if s.rest == "" || strings.IndexByte(set, s.rest[0]) < 0 {
		return 0
	}
	c := s.rest[0]
	s.rest = s.rest[1:]
	return c
}

// date reads a date that begins with its year.
func (s *scanner) date(c *clock) bool {
	d := *s
	year, separator := d.digits(4), d.byte("-/.")
	if separator == 0 {
		if len(s.rest) < len("20060102T") || strings.IndexByte("Tt ", s.rest[8]) < 0 {
			return false
		}
		d = *s
		c.year, c.month, c.day = d.digits(4), d.digits(2), d.digits(2)
		*s = d
		return true
	}
	month := d.digits(2)
	if len(s.rest)-len(d.rest) < len("2006-1") || d.byte(string(separator)) == 0 {
		return false
	}
	c.year, c.month, c.day = year, month, d.digits(2)
	*s = d
	return true
}

// clock reads hours, minutes and seconds.
func (s *scanner) clock(c *clock) bool {
	size := len(s.rest)
	c.hour = s.digits(2)
	if s.byte(":.hH") == 0 && size-len(s.rest) != 2 {
		return false
	}
	rest := len(s.rest)
	c.minute = s.digits(2)
	if c.hour < 0 || c.minute < 0 || rest-len(s.rest) != 2 {
		return false
	}
	colon := s.byte(":") != 0
	if seconds := s.digits(2); seconds >= 0 {
		c.second = seconds
	} else if colon {
		return false
	}
	if s.byte(".,") != 0 {
		unit := 100_000_000
		for digit := s.digits(1); digit >= 0; digit = s.digits(1) {
			c.nanos += digit * unit
			unit /= 10
		}
	}
	return true
}

// half reads AM or PM, or their first letters.
func (s *scanner) half(c *clock) {
	folded := strings.ToLower(strings.ReplaceAll(s.rest, ".", ""))
	if c.hour < 1 || c.hour > 12 || folded != "am" && folded != "pm" && folded != "a" && folded != "p" {
		return
	}
	c.hour %= 12
	if folded[0] == 'p' {
		c.hour += 12
	}
	s.rest = ""
}

// zone reads an offset, and the name of a zone in brackets after it.
func (s *scanner) zone(c *clock) {
	z := scanner{strings.ReplaceAll(s.rest, "−", "-")}
	if i := strings.IndexByte(z.rest, '['); i > 0 && strings.HasSuffix(z.rest, "]") {
		z.rest = z.rest[:i]
	}
	upper := strings.ToUpper(z.rest)
	for _, utc := range [...]string{"UTC", "GMT", "Z"} {
		if rest, ok := strings.CutPrefix(upper, utc); ok {
			if c.zoned, s.rest = rest == "", ""; rest == "" {
				return
			}
			z.rest = rest
			break
		}
	}
	sign := z.byte("+-")
	hours := z.digits(2)
	z.byte(":")
	minutes := max(z.digits(2), 0)
	if sign == 0 || hours < 0 || hours > 15 || minutes > 59 || z.rest != "" {
		if z.rest != "" || sign != 0 {
			s.rest = "?" // not an offset
		}
		return
	}
	c.zoned, c.east, s.rest = true, hours*3600+minutes*60, ""
	if sign == '-' {
		c.east = -c.east
	}
}
