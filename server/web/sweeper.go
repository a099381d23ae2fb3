package web

import (
	"context"
	"net"
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
	going  []*rider // seen to have gone

	riders   []*rider
	first    time.Time // since when, at the longest, somebody has waited for a heartbeat
	looked   time.Time // when it last asked for silent feeds
	troubled bool      // there was one
	memo     eventlog.Memo
	wrote    int // viewers since it last gave way
	way      *yielder
}

// admit hands the sweeper a viewer who has had all there was.
func (s *sweeper) admit(r *rider) {
	s.mu.Lock()
	s.coming = append(s.coming, r)
	s.mu.Unlock()
	s.nudge()
}

// lost tells the sweeper that a viewer has gone.
func (s *sweeper) lost(r *rider) {
	r.gone.Store(true)
	s.mu.Lock()
	s.going = append(s.going, r)
	s.mu.Unlock()
	s.nudge()
}

func (s *sweeper) nudge() {
	select {
	case s.poke <- struct{}{}:
	default:
	}
}

// run sweeps whenever the log wakes it, a heartbeat may be due, or the server closes.
//
// Nothing is slept through. The channel of the next wake-up is taken before a sweep and kept until the next one: what is
// appended behind the sweep's back closes it (see eventlog's bell), and a poke in between is answered without a sweep and
// without letting go of it. Who comes or goes is on its list before the poke, and the lists are looked at after the
// token has been taken; so where a token lies already, one is enough.
func (s *sweeper) run(ctx context.Context) {
	s.way = newYielder()
	defer s.way.close()
	stream := s.fleet.stream
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	closing, ebb := stream.closing, (*ebb)(nil)
	var wake <-chan struct{}
	poked := false
	for {
		now := time.Now()
		s.memo, s.wrote = eventlog.Memo{}, 0
		if !poked {
			wake = stream.log.Wake() // before reading, so that nothing appended in between is slept through
			stream.log.BeginRound()
			s.sweep(now)
			stream.log.EndRound(time.Since(now) / time.Duration(len(s.fleet.sweepers)))
		}
		s.comeAndGo(now)
		if ebb != nil {
			ebb.take(s)
		}
		timer.Reset(s.rest(ebb))
		poked = false
		select {
		case <-wake:
		case <-timer.C:
		case <-s.poke:
			poked = true
		case <-closing:
			closing, ebb = nil, newEbb(len(s.riders), stream.within)
		case <-ctx.Done():
			return
		}
	}
}

// sweep gives every viewer what it is to get now.
func (s *sweeper) sweep(now time.Time) {
	s.fleet.sweeping.Add(1)
	defer s.fleet.sweeping.Add(-1)
	s.first = now
	if len(s.riders) > 0 && now.Sub(s.looked) >= s.fleet.stream.heart.interval {
		s.looked = now
		_, s.troubled = s.fleet.stream.heart.beat(now)
	}
	for i := 0; i < len(s.riders); {
		if s.wrote >= slice {
			s.giveWay()
		}
		r := s.riders[i]
		if !s.advance(r, now) {
			s.remove(r) // another one takes its place
			continue
		}
		if since := r.waits(s.troubled); since.Before(s.first) {
			s.first = since
		}
		i++
	}
}

// slice is how many viewers are written to between two looks at what else there is to do.
const slice = 48

// giveWay lets publishers in before the sweep goes on, and what they have brought is for the viewers who come next in
// it. With a processor to spare they need no help.
func (s *sweeper) giveWay() {
	s.wrote = 0
	if int(s.fleet.sweeping.Load()) == len(s.fleet.sweepers) {
		s.way.yield()
	}
	s.memo = eventlog.Memo{}
}

// comeAndGo sees to those who have come and gone since the last time. It costs the same however many others there are.
func (s *sweeper) comeAndGo(now time.Time) {
	s.mu.Lock()
	coming, going := s.coming, s.going
	s.coming, s.going = nil, nil
	s.mu.Unlock()
	for _, r := range coming {
		if s.advance(r, now) {
			r.seat = len(s.riders)
			s.riders = append(s.riders, r)
		}
	}
	for _, r := range going {
		if r.seat >= 0 { // the others are told by their next write
			s.remove(r)
			s.drop(r, errLeft)
		}
	}
}

// remove takes a viewer's seat away.
func (s *sweeper) remove(r *rider) {
	last := len(s.riders) - 1
	s.riders[r.seat] = s.riders[last]
	s.riders[r.seat].seat = r.seat
	s.riders[last] = nil
	s.riders = s.riders[:last]
	r.seat = -1
}

// drop ends a viewer's connection.
func (s *sweeper) drop(r *rider, why error) {
	s.fleet.watch.remove(r)
	r.conn.Close()
	s.fleet.stream.leave(&r.viewer, why)
}

// dropAll ends everybody's, when nobody else touches the sweeper any more.
func (s *sweeper) dropAll() {
	for _, r := range append(s.riders, s.coming...) {
		s.drop(r, errClosing)
	}
	s.riders, s.coming = nil, nil
}

// advance writes what the viewer is to get, and says whether it stays with the sweeper.
func (s *sweeper) advance(r *rider, now time.Time) bool {
	if r.gone.Load() {
		s.drop(r, errLeft)
		return false
	}
	for {
		next := s.memo.Next(&r.cursor)
		if len(next.Bytes) == 0 && now.Sub(r.waits(s.troubled)) >= s.fleet.stream.heart.interval {
			next.Bytes = r.heartbeat(&s.fleet.stream.heart, now)
		}
		if len(next.Bytes) > 0 {
			r.events += next.Events
			r.spoke = now
			s.wrote++
			n, err := r.conn.TryWrite(next.Bytes)
			if err != nil {
				s.drop(r, errLeft)
				return false
			}
			if n < len(next.Bytes) {
				s.fleet.lag(r, net.Buffers{next.Bytes[n:]}, next.Ended)
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
	since := s.first
	if s.looked.Before(since) {
		since = s.looked
	}
	left := time.Until(since.Add(s.fleet.stream.heart.interval))
	return max((left+beatGrain-1)/beatGrain*beatGrain, beatGrain)
}
