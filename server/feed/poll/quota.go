package poll

import (
	"time"

	"flightboard/server/feed/source"
)

// A quota counts requests, and stretches the interval so that they last until the end of the hour, the day or the
// month, in UTC. How many were sent before the process began is not known: of its first period
// it has the part that is left.
type quota struct {
	source.Quota
	used int       // requests since the beginning
	left float64   // in this period
	ends time.Time // zero: no request was sent
}

// take counts a request.
func (q *quota) take(now time.Time) {
	q.used++
	if q.Requests > 0 {
		q.renew(now)
		q.left--
	}
}

// renew begins another period if one is over, or if the clock was set back.
func (q *quota) renew(now time.Time) {
	begins, ends := period(now, q.Per)
	switch {
	case q.ends.IsZero():
		q.left = float64(q.Requests) * float64(ends.Sub(now)) / float64(ends.Sub(begins))
	case !now.Before(q.ends):
		q.left = float64(q.Requests)
	case ends.Before(q.ends): // the clock was set back: what is left has to last longer
	default:
		return
	}
	q.ends = ends
}

// interval returns how long to wait until the next answer, which takes a number of requests; 0: there is no quota.
func (q *quota) interval(now time.Time, requests int) time.Duration {
	if q.Requests <= 0 {
		return 0
	}
	q.renew(now)
	remains, cost := q.ends.Sub(now), float64(max(requests, 1))
	if q.left < cost {
		return remains
	}
	return min(time.Duration(float64(remains)*cost/q.left), remains)
}

// now returns how many requests are left; -1: any number.
func (q *quota) remaining() int {
	if q.Requests <= 0 {
		return -1
	}
	return max(int(q.left), 0)
}

// period returns the hour, the day, the month, or another time that holds a moment.
func period(now time.Time, per time.Duration) (begins, ends time.Time) {
	now = now.UTC()
	switch {
	case per >= 28*24*time.Hour:
		begins = time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
		return begins, begins.AddDate(0, 1, 0)
	case per <= 0:
		per = 24 * time.Hour
	}
	begins = now.Truncate(per)
	return begins, begins.Add(per)
}
