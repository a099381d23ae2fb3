package mapping

import (
	"errors"
	"strings"
	"time"
)

// A layout is one of package time's, and what it has.
type layout struct {
	text                                 string
	hasYear, hasDate, hasOffset, hasName bool
}

// newLayout finds out what a layout has from times that differ in nothing else, on the same day of the week.
func newLayout(text string) (layout, error) {
	differs := func(a, b time.Time) bool { return a.Format(text) != b.Format(text) }
	at := func(year int, month time.Month, day, hour, minute, east int) time.Time {
		return time.Date(year, month, day, hour, minute, 0, 0, time.FixedZone("MST", east))
	}
	base := at(2006, 1, 2, 15, 4, 0)
	l := layout{text: text, hasOffset: differs(base, at(2006, 1, 2, 15, 4, 3600))}
	l.hasName = differs(base, time.Date(2006, 1, 2, 15, 4, 0, 0, time.FixedZone("EST", 0)))
	l.hasYear = differs(base, at(2017, 1, 2, 15, 4, 0))
	month, day := differs(base, at(2006, 10, 2, 15, 4, 0)), differs(base, at(2006, 1, 9, 15, 4, 0))
	l.hasDate = day
	switch {
	case !differs(base, at(2006, 1, 2, 16, 4, 0)):
		return l, errors.New(`has no hour: a layout is the time 2006-01-02 15:04:05 as the source would write it`)
	case differs(base, at(2006, 1, 2, 3, 4, 0)) != differs(base, at(2006, 1, 2, 4, 4, 0)):
		return l, errors.New("has hours up to 12, and neither PM nor pm")
	case month != day || l.hasYear && !day:
		return l, errors.New("has a part of a date only: want day and month as well")
	}
	return l, nil
}

// read reads a text. It forgives blanks, the case of AM and PM, an hour 24, and missing zeros before an hour.
func (l *layout) read(text string, place *time.Location) (clock, error) {
	switch {
	case strings.Contains(l.text, "PM"):
		text = strings.NewReplacer("a.m.", "AM", "p.m.", "PM", "am", "AM", "pm", "PM").Replace(text)
	case strings.Contains(l.text, "pm"):
		text = strings.NewReplacer("A.M.", "am", "P.M.", "pm", "AM", "am", "PM", "pm").Replace(text)
	}
	if n := len(text); l.text == "1504" && n < 4 && strings.Trim(text, "0123456789") == "" {
		text = "0000"[:4-n] + text
	}
	if !l.hasName {
		place = time.UTC // which has every time of day on every day
	}
	t, err := time.ParseInLocation(l.text, text, place)
	days := 0
	if err != nil && strings.HasSuffix(err.Error(), "hour out of range") {
		for i := 0; err != nil && i+2 <= len(text); i++ {
			if text[i:i+2] == "24" {
				t, err = time.ParseInLocation(l.text, text[:i]+"00"+text[i+2:], place)
			}
		}
		if days = 1; err == nil && (t.Hour() != 0 || t.Minute() != 0) {
			err = errors.New("is not a time of day")
		}
	}
	if err != nil {
		return clock{}, errors.New("does not have the layout " + quote(l.text))
	}
	c := clock{hour: t.Hour() + 24*days, minute: t.Minute(), second: t.Second(), nanos: t.Nanosecond()}
	if l.hasDate {
		c.month, c.day = int(t.Month()), t.Day()
	}
	if l.hasYear {
		c.year = t.Year()
	}
	name, east := t.Zone()
	if l.hasOffset || l.hasName && (name == "UTC" || name == "GMT" || east != 0) {
		c.zoned, c.east = true, east
	}
	return c, nil
}
