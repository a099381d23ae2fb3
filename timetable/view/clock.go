package view

import "time"

// A Clock is the board's clock, which decides what today is. The zero value is the clock by which the sheet is ticked.
type Clock struct {
	At    time.Time // what it showed
	Since time.Time // when it showed that
	Speed float64   // how many times as fast as real time it goes
}

// unix returns what the clock shows at a moment, in Unix time.
func (c Clock) unix(now time.Time) int64 {
	if c.At.IsZero() {
		return now.Unix()
	}
	return c.At.Unix() + int64(now.Sub(c.Since).Seconds()*c.Speed)
}

// until returns the time until the clock shows another quarter of an hour.
func (c Clock) until(now time.Time) time.Duration {
	const quarter = 15 * minute
	left := quarter - (c.unix(now)%quarter+quarter)%quarter
	if c.At.IsZero() {
		return time.Duration(left) * time.Second
	}
	return time.Duration(float64(left) / c.Speed * float64(time.Second))
}
