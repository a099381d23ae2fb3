package poll

import (
	"math/rand/v2"
	"time"
)

const (
	usual   = time.Minute      // between two answers of a source that does not say how often it may be asked
	least   = time.Second      // whatever it says
	spread  = 5 * time.Minute  // by which an interval is longer at most
	longest = 15 * time.Minute // of a back-off, and until something that a person has to mend is tried again
)

// A schedule knows when to ask next.
type schedule struct {
	every  time.Duration // the least interval
	failed int           // attempts in a row
}

func newSchedule(every time.Duration) schedule {
	if every <= 0 {
		every = usual
	}
	return schedule{every: max(every, least)}
}

// after returns how long to wait after an answer: no less than the source's interval, than its response stays fresh,
// and than makes the quota last. It is up to a fifth longer, so that not all boards ask at once: 10 % more or less than
// a mean, of which no value is too short.
func (s *schedule) after(fresh, quota time.Duration) time.Duration {
	s.failed = 0
	wait := max(s.every, fresh, quota)
	return wait + random(min(wait/5, spread))
}

// afterTrouble returns how long to wait after an attempt that has failed: as long as the source asks, or else a random
// time up to a limit that doubles with each attempt (full jitter), and never less than the source's interval.
func (s *schedule) afterTrouble(t *trouble, quota time.Duration) time.Duration {
	s.failed++
	shortest := max(s.every, quota)
	switch {
	case t.retry > 0:
		wait := max(t.retry, shortest)
		return wait + random(min(wait/10, longest))
	case t.rarely:
		wait := max(longest, shortest)
		return wait + random(wait/10)
	}
	limit := min(s.every<<min(s.failed, 10), longest)
	return shortest + random(limit-shortest)
}

// random returns a time from 0 to limit.
func random(limit time.Duration) time.Duration {
	if limit <= 0 {
		return 0
	}
	return rand.N(limit + 1)
}
