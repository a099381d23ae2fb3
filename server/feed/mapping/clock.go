package mapping

import "time"

// A clock is a time as it is written: with or without a date, a year, and an offset.
type clock struct {
	year, month, day            int // 0: it has none
	hour, minute, second, nanos int // 24:00 is the end of the day
	zoned                       bool
	east                        int       // seconds by which its clock is ahead of UTC, if zoned
	instant                     time.Time // not zero: the text is an instant, and the rest is empty
}

// A reference is what a time is near to.
type reference struct {
	at      time.Time // the schedule, or the moment of the answer
	undated bool      // the date of at was taken from the moment of the answer
	first   bool      // the first of two instants is meant when the clocks show an hour twice
}

// at returns the instant that a clock shows in a place: of several, the one nearest to the reference. undated reports
// whether the date was taken from the moment of the answer. It returns false if there is no such date.
func (c clock) at(place *time.Location, near reference) (at time.Time, undated, ok bool) {
	if !c.instant.IsZero() {
		return c.instant, false, true
	}
	if c.zoned {
		place = time.FixedZone("", c.east)
	}
	var dates []time.Time
	base := near.at.In(place)
	switch {
	case c.year != 0:
		dates = append(dates, date(c.year, c.month, c.day))
	case c.day != 0:
		for year := base.Year() - 1; year <= base.Year()+1; year++ {
			dates = append(dates, date(year, c.month, c.day))
		}
	default:
		undated = near.undated
		year, month, day := base.Date()
		for shift := -1 - c.hour/24; shift <= 1; shift++ {
			dates = append(dates, date(year, int(month), day+shift))
		}
	}
	for _, d := range dates {
		if c.day != 0 && d.Day() != c.day {
			continue // such as 30 February
		}
		wall := d.Add(time.Duration(c.hour)*time.Hour + time.Duration(c.minute)*time.Minute +
			time.Duration(c.second)*time.Second + time.Duration(c.nanos))
		for i, one := range instants(wall, place) {
			if i > 0 && near.first {
				break
			}
			if !ok || distance(one, near.at) < distance(at, near.at) {
				at, ok = one, true
			}
		}
	}
	return at, undated, ok
}

func date(year, month, day int) time.Time {
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
}

func distance(a, b time.Time) time.Duration { return a.Sub(b).Abs() }

// instants returns when the clocks of a place show a time of UTC: once, twice in the hour that summer's end repeats, or
// never in the hour that its begin leaves out; the offset from before is used then. They are sorted.
func instants(wall time.Time, place *time.Location) []time.Time {
	const day = 24 * time.Hour
	_, before := wall.Add(-day).In(place).Zone()
	_, after := wall.Add(day).In(place).Zone()
	var found []time.Time
	for _, east := range [...]int{before, after} {
		at := wall.Add(-time.Duration(east) * time.Second).In(place)
		if _, real := at.Zone(); real == east && (len(found) == 0 || !found[0].Equal(at)) {
			found = append(found, at)
		}
	}
	if len(found) == 0 {
		found = append(found, wall.Add(-time.Duration(before)*time.Second).In(place))
	}
	return found
}
