package mapping

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"flightboard/server/feed/source"
)

// time returns the first time that values yield for a row. What cannot be read becomes a complaint.
func (r *reader) time(values values, row uint32, near reference) source.Time {
	for _, v := range values {
		texts := r.texts(v, row)
		if len(texts) == 0 {
			continue
		}
		at, undated, err := r.read(v, texts[0], row, near)
		if err != nil {
			r.complain(r.at, fmt.Errorf("%s: %s %w", v.place, quote(texts[0]), err), false)
			continue
		}
		if !at.IsZero() {
			return source.Time{Text: clip(texts[0]), At: at.In(r.mapping.about.Zone), Undated: undated}
		}
	}
	return source.Time{}
}

// read reads one text as a value says. The zero time means that it stands for nothing.
func (r *reader) read(v *value, text string, row uint32, near reference) (at time.Time, undated bool, err error) {
	place := r.placeOf(v.zone, row)
	c, err := v.clock(text, place)
	if err != nil || c == (clock{}) && v.unit != "" && v.unit != "minutes" {
		return time.Time{}, false, err
	}
	if v.zone != nil {
		c.zoned = false
	}
	at, undated, ok := c.at(place, near)
	if !ok {
		return at, undated, errors.New("is not a day of the calendar")
	}
	if year := at.UTC().Year(); year < 2000 || year > 2200 {
		return time.Time{}, false, fmt.Errorf("is in the year %d", year)
	}
	return at, undated, nil
}

// clock reads a text without looking for its instant.
func (v *value) clock(text string, place *time.Location) (c clock, err error) {
	switch v.unit {
	case "minutes":
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > 24*60 {
			return c, errors.New("is not a number of minutes since midnight")
		}
		return clock{hour: n / 60, minute: n % 60}, nil
	case "unix", "unixms":
		n, err := strconv.ParseFloat(text, 64)
		if v.unit == "unixms" {
			n /= 1000
		}
		if err != nil || math.IsNaN(n) || math.Abs(n) > 1e10 {
			return c, errors.New("is not a number of " + map[string]string{"unix": "seconds", "unixms": "milliseconds"}[v.unit] +
				" since 1970")
		}
		if n == 0 {
			return c, nil // sources write 0 for nothing
		}
		return clock{instant: time.UnixMilli(int64(math.Round(n * 1000)))}, nil
	}
	for i := range v.layouts {
		if c, err = v.layouts[i].read(text, place); err == nil {
			return c, c.check()
		}
	}
	if len(v.layouts) == 0 {
		return readUsual(text)
	}
	if len(v.layouts) > 1 {
		err = errors.New("has none of the layouts")
	}
	return c, err
}

// placeOf returns the zone in which a time without an offset is read.
func (r *reader) placeOf(z *zone, row uint32) *time.Location {
	switch {
	case z == nil:
	case z.expr != nil:
		for _, name := range r.evaluate(z.expr, row, false) {
			if place := r.zoneNamed(name); place != nil {
				return place
			}
		}
	case z.place != nil:
		return z.place
	}
	return r.mapping.about.Zone
}

// zoneNamed returns the zone that an answer names, or nil.
func (r *reader) zoneNamed(name string) *time.Location {
	place, known := r.zones[name]
	if !known && len(r.zones) < 1000 {
		place = loadZone(name)
		r.zones[name] = place
	}
	return place
}

// loadZone returns a zone of the IANA database, or nil.
func loadZone(name string) *time.Location {
	if name != "UTC" && !strings.Contains(name, "/") { // EST and others without a city do not have summer time
		return nil
	}
	place, err := time.LoadLocation(name)
	if err != nil {
		return nil
	}
	return place
}
