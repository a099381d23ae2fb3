package web

import "time"

// An ebb lets a sweeper's viewers go evenly over a time.
type ebb struct {
	began  time.Time
	within time.Duration
	all    int // viewers at the beginning
	let    int // viewers let go
}

const ebbGrain = 20 * time.Millisecond

func newEbb(viewers int, within time.Duration) *ebb {
	return &ebb{began: time.Now(), within: within, all: viewers}
}

// rest is how long it takes until more are due.
func (e *ebb) rest() time.Duration {
	if left := e.within - time.Since(e.began); left > 0 {
		return min(left, ebbGrain)
	}
	return ebbGrain
}

// take lets go of as many as are due.
func (e *ebb) take(s *sweeper) {
	due := len(s.riders)
	if elapsed := time.Since(e.began); elapsed < e.within {
		due = min(due, int(float64(e.all)*float64(elapsed)/float64(e.within))-e.let)
	}
	for range due {
		r := s.riders[len(s.riders)-1]
		s.remove(r)
		s.drop(r, errClosing)
		e.let++
	}
}
