package timetable

// TimesOfDay is a set of times of day, to the minute. Times without a date are on a circle. Their order begins after
// the widest gap, so 23:50 comes before 00:10 on a board of the night.
type TimesOfDay [day / minute]bool

// Add adds a time, in seconds after midnight.
func (t *TimesOfDay) Add(seconds int64) { t[seconds/minute] = true }

// WidestGap returns the time, in seconds after midnight, at which the widest gap ends. Of equal gaps it is the one that
// ends first after midnight, so a board without flights at night begins in the morning.
func (t *TimesOfDay) WidestGap() int64 {
	last := 0
	for at, ok := range t {
		if ok {
			last = at
		}
	}
	last -= len(t) // yesterday's
	end, widest := 0, 0
	for at, ok := range t {
		if !ok {
			continue
		}
		if gap := at - last; gap > widest {
			end, widest = at, gap
		}
		last = at
	}
	return int64(end) * minute
}
