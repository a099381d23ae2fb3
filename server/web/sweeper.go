package web

import (
	"context"
	"sync"
	"time"

	"flightboard/server/eventlog"
)

// A sweeper drives its share of the viewers.
type sweeper struct {
	fleet *fleet
	poke  chan struct{} // holds a token when somebody has come or gone

	mu     sync.Mutex
	coming []*rider

	riders []*rider
	first  time.Time // when the one who has waited longest was last written to
	memo   eventlog.Memo
}

// admit hands the sweeper a viewer who has had all there was.
func (s *sweeper) admit(r *rider) {
	s.mu.Lock()
	s.coming = append(s.coming, r)
	s.mu.Unlock()
	s.nudge()
}

func (s *sweeper) nudge() {
	select {
	case s.poke <- struct{}{}:
	default:
	}
}

// drop ends a viewer's connection.
func (s *sweeper) drop(r *rider, why error) {
	s.fleet.watch.remove(r)
	r.conn.Close()
	s.fleet.stream.leave(&r.viewer, why)
}

func (s *sweeper) run(ctx context.Context) {
	stream := s.fleet.stream
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	closing, ebb := stream.closing, (*ebb)(nil)
	for {
		wake := stream.log.Wake() // before reading, so that nothing appended in between is slept through
		s.sweep(time.Now())
		if ebb != nil {
			ebb.take(s)
		}
		timer.Reset(s.rest(ebb))
		select {
		case <-wake:
		case <-s.poke:
		case <-timer.C:
		case <-closing:
			closing, ebb = nil, newEbb(len(s.riders), stream.within)
		case <-ctx.Done():
			return
		}
	}
}

// take adds those who have come.
func (s *sweeper) take() {
	s.mu.Lock()
	s.riders = append(s.riders, s.coming...)
	clear(s.coming)
	s.coming = s.coming[:0]
	s.mu.Unlock()
}

// sweep gives every viewer what it is to get now, and forgets those who have left.
func (s *sweeper) sweep(now time.Time) {
	s.take()
	s.memo = eventlog.Memo{}
	kept := s.riders[:0]
	s.first = now
	for _, r := range s.riders {
		if s.advance(r, now) {
			kept = append(kept, r)
			if r.spoke.Before(s.first) {
				s.first = r.spoke
			}
		}
	}
	clear(s.riders[len(kept):])
	s.riders = kept
}

// advance writes what the viewer is to get, and says whether it stays with the sweeper.
func (s *sweeper) advance(r *rider, now time.Time) bool {
	if r.gone.Load() {
		s.drop(r, errLeft)
		return false
	}
	for {
		next := s.memo.Next(&r.cursor)
		if len(next.Bytes) == 0 && now.Sub(r.spoke) >= s.fleet.stream.heart.interval {
			next.Bytes = r.cursor.Wrap(s.fleet.stream.heart.beat(now))
		}
		if len(next.Bytes) > 0 {
			r.events += next.Events
			r.spoke = now
			n, err := r.conn.TryWrite(next.Bytes)
			if err != nil {
				s.drop(r, errLeft)
				return false
			}
			if n < len(next.Bytes) {
				s.fleet.lag(r, next.Bytes[n:], next.Ended)
				return false
			}
		}
		if next.Ended {
			s.drop(r, errOver)
			return false
		}
		if next.Events == 0 {
			return true
		}
	}
}

// beatGrain is how far apart heartbeats are looked for, so that many viewers who came one by one are served together.
const beatGrain = 250 * time.Millisecond

// rest is how long there is nothing to do unless somebody wakes the sweeper.
func (s *sweeper) rest(ebb *ebb) time.Duration {
	if ebb != nil {
		return ebb.rest()
	}
	if len(s.riders) == 0 {
		return time.Hour
	}
	left := time.Until(s.first.Add(s.fleet.stream.heart.interval))
	return max((left+beatGrain-1)/beatGrain*beatGrain, beatGrain)
}
