package fanout

import "time"

// A drainSchedule spreads the end of a sweeper's viewers evenly over a time.
type drainSchedule struct {
	began   time.Time
	within  time.Duration
	viewers int // when it began
	dropped int // those that due has counted
}

const drainGrain = 20 * time.Millisecond

func newDrainSchedule(viewers int, within time.Duration) *drainSchedule {
	return &drainSchedule{began: time.Now(), within: within, viewers: viewers}
}

// untilNext returns the time until more viewers are due.
func (d *drainSchedule) untilNext() time.Duration {
	if left := d.within - time.Since(d.began); left > 0 {
		return min(left, drainGrain)
	}
	return drainGrain
}

// due returns the number of viewers to drop now, given the number of those that are left, and counts them as dropped.
func (d *drainSchedule) due(left int) int {
	n := left
	if elapsed := time.Since(d.began); elapsed < d.within {
		n = min(n, int(float64(d.viewers)*float64(elapsed)/float64(d.within))-d.dropped)
	}
	n = max(n, 0)
	d.dropped += n
	return n
}
