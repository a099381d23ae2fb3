package fanout

import (
	"context"
	"net"
	"sync"
	"time"

	"flightboard/server/eventlog"
)

// A sweeper is a goroutine that writes to its share of the viewers. When the log wakes it, it goes once through all of
// them and writes the next events to each without waiting: nearly always the same bytes.
type sweeper struct {
	pool *Pool
	poke chan struct{} // has a token if coming or going is not empty

	mu     sync.Mutex
	coming []*conn
	going  []*conn // whose peers have closed the connection, or whose sessions have ended

	conns   []*conn
	first   time.Time // the earliest WaitingSince of the viewers
	checked time.Time // when trouble was last set
	trouble bool      // Heartbeat has reported trouble
	memo    eventlog.Memo
	wrote   int // writes since the last yield
	tally   tally
	asked   chan question // is answered between two sweeps
	yield   *yield
}

// add adds a viewer that has had all events up to now.
func (s *sweeper) add(c *conn) {
	s.mu.Lock()
	s.coming = append(s.coming, c)
	s.mu.Unlock()
	s.notify()
}

// lost reports that a viewer's peer has closed the connection.
func (s *sweeper) lost(c *conn) {
	c.gone.Store(true)
	s.leaves(c)
}

// expire reports that a viewer's session has ended.
func (s *sweeper) expire(c *conn) {
	c.expired.Store(true)
	s.leaves(c)
}

func (s *sweeper) leaves(c *conn) {
	s.mu.Lock()
	s.going = append(s.going, c)
	s.mu.Unlock()
	s.notify()
}

func (s *sweeper) notify() {
	select {
	case s.poke <- struct{}{}:
	default:
	}
}

// run sweeps when the log wakes it, when a heartbeat may be due, and when the pool drains.
//
// It misses no event. It gets the channel of the next wake-up before a sweep and keeps it until the next sweep, and a
// record that is appended during the sweep closes that channel. A poke in between needs no sweep, and does not replace
// the channel. Viewers are added to the lists before the poke, and the lists are read after the token was received, so
// one token is enough for several viewers.
func (s *sweeper) run(ctx context.Context) {
	s.yield = newYield()
	defer s.yield.close()
	p := s.pool
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	draining, drain := p.draining, (*drainSchedule)(nil)
	var wake <-chan struct{}
	poked := false
	for {
		now := time.Now()
		s.memo, s.wrote = eventlog.Memo{}, 0
		if !poked {
			wake = p.log.Wake()
			p.log.BeginRound()
			s.sweep(now)
			took := time.Since(now)
			p.log.EndRound(took / time.Duration(len(p.sweepers)))
			if s.tally.flush(); len(s.conns) > 0 {
				p.measures.Sweep.Observe(took)
			}
		}
		s.comeAndGo(now)
		s.tally.flush()
		if drain != nil {
			for range drain.due(len(s.conns)) {
				c := s.conns[len(s.conns)-1]
				s.remove(c)
				p.drop(c, ErrClosing)
			}
		}
		timer.Reset(s.untilNext(drain))
		poked = false
		select {
		case <-wake:
		case <-timer.C:
		case <-s.poke:
			poked = true
		case q := <-s.asked:
			poked = true
			for _, c := range s.conns {
				q.each(c.State())
			}
			close(q.answered)
		case <-draining:
			draining, drain = nil, newDrainSchedule(len(s.conns), p.within)
		case <-ctx.Done():
			return
		}
	}
}

// A question asks a sweeper for its viewers.
type question struct {
	each     func(State) // must not block
	answered chan struct{}
}

// ask calls each for all viewers of the sweeper. It returns early if ctx is done.
func (s *sweeper) ask(ctx context.Context, each func(State)) {
	q := question{each, make(chan struct{})}
	select {
	case s.asked <- q:
		<-q.answered
	case <-ctx.Done():
	}
}

// sweep writes its next events to every viewer.
func (s *sweeper) sweep(now time.Time) {
	s.pool.sweeping.Add(1)
	defer s.pool.sweeping.Add(-1)
	s.first = now
	if len(s.conns) > 0 && now.Sub(s.checked) >= s.pool.interval {
		s.checked = now
		_, s.trouble = s.pool.heartbeat(now)
	}
	for i := 0; i < len(s.conns); {
		if s.wrote >= yieldAfter {
			s.letOthersRun()
		}
		c := s.conns[i]
		if !s.advance(c, now) {
			s.remove(c) // moves the last viewer to i
			continue
		}
		if since := c.WaitingSince(s.trouble); since.Before(s.first) {
			s.first = since
		}
		i++
	}
}

// yieldAfter is the number of writes after which a sweep yields the processor.
const yieldAfter = 48

// letOthersRun lets publishers run in the middle of a sweep, unless another processor is free for them. It resets the
// memo, because the next viewers of the sweep get the new records.
func (s *sweeper) letOthersRun() {
	s.wrote = 0
	s.tally.flush()
	if int(s.pool.sweeping.Load()) == len(s.pool.sweepers) {
		s.yield.yield()
	}
	s.memo = eventlog.Memo{}
}

// comeAndGo adds and removes viewers. Its cost does not depend on the number of other viewers.
func (s *sweeper) comeAndGo(now time.Time) {
	s.mu.Lock()
	coming, going := s.coming, s.going
	s.coming, s.going = nil, nil
	s.mu.Unlock()
	for _, c := range coming {
		if s.advance(c, now) {
			c.index = len(s.conns)
			s.conns = append(s.conns, c)
		}
	}
	for _, c := range going {
		if c.index >= 0 { // otherwise its next write fails
			s.remove(c)
			s.leave(c)
		}
	}
}

// leave drops a viewer that has left, or whose session has ended. It reports whether there is such a reason.
func (s *sweeper) leave(c *conn) bool {
	switch {
	case c.gone.Load():
		s.pool.drop(c, ErrLeft)
	case c.expired.Load():
		s.pool.expire(c)
	default:
		return false
	}
	return true
}

// remove removes a viewer from conns. The last viewer gets its index.
func (s *sweeper) remove(c *conn) {
	last := len(s.conns) - 1
	s.conns[c.index] = s.conns[last]
	s.conns[c.index].index = c.index
	s.conns[last] = nil
	s.conns = s.conns[:last]
	c.index = -1
}

// dropAll drops all viewers. It must be called after run has returned.
func (s *sweeper) dropAll() {
	for _, c := range append(s.conns, s.coming...) {
		s.pool.drop(c, ErrClosing)
	}
	s.conns, s.coming = nil, nil
}

// advance writes its next events to a viewer. It returns false if the viewer is no longer the sweeper's, because it was
// dropped or has its own goroutine.
func (s *sweeper) advance(c *conn, now time.Time) bool {
	if s.leave(c) {
		return false
	}
	for {
		next := s.memo.Next(&c.Cursor)
		if len(next.Bytes) == 0 && now.Sub(c.WaitingSince(s.trouble)) >= s.pool.interval {
			event, trouble := s.pool.heartbeat(now)
			next.Bytes = c.Heartbeat(event, trouble, now)
		}
		if len(next.Bytes) > 0 {
			c.Events += next.Events
			c.Written = now
			s.wrote++
			n, err := c.TryWrite(next.Bytes)
			if err != nil {
				s.pool.drop(c, ErrLeft)
				return false
			}
			if n < len(next.Bytes) {
				s.tally.bytes[c.Cursor.Form()] += n
				s.pool.writeBlocking(c, net.Buffers{next.Bytes[n:]}, next)
				return false
			}
			s.tally.wrote(c.Cursor.Form(), &next)
		}
		if next.Ended {
			s.pool.drop(c, ErrEnded)
			return false
		}
		if next.Events == 0 {
			return true
		}
	}
}

// heartbeatGrain rounds the times of heartbeats up, so that viewers that came one by one get theirs in one sweep.
const heartbeatGrain = 250 * time.Millisecond

// untilNext returns the longest time that the sweeper may wait for a wake-up.
func (s *sweeper) untilNext(drain *drainSchedule) time.Duration {
	if drain != nil {
		return drain.untilNext()
	}
	if len(s.conns) == 0 {
		return time.Hour
	}
	since := s.first
	if s.checked.Before(since) {
		since = s.checked
	}
	left := time.Until(since.Add(s.pool.interval))
	return max((left+heartbeatGrain-1)/heartbeatGrain*heartbeatGrain, heartbeatGrain)
}
