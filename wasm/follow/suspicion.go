package follow

import (
	"strings"
	"time"
)

// Some boxes between a page and its server hold a stream back: its head, all of it until it ends, or the last piece
// until the next one. Such a stream is not broken, only late, so a follower looks for positive evidence. It asks for
// the position of the server's log with a request that ends at once, which such boxes let through. If the log is ahead
// of the stream, it asks for the events themselves, holdFor later. If they arrive whole, and the stream still has not
// brought any of them, the stream is held back. Short connections and silence are no evidence.

// Times of the requests. A follower asks early about a connection that has brought nothing, and again and again, ever
// less often, about one that is quiet: every 12 minutes in the end, so that 10,000 quiet readers send 14 small requests
// a second. A stream that brings something every few seconds costs none, nor does a hidden page.
const (
	askUnopened = 4 * time.Second // after the connection was requested
	askEmpty    = 3 * time.Second // after it was opened, if it has brought nothing
	askQuiet    = 4 * time.Second // at least, since the last piece of the stream
	longestAsk  = 10 * time.Minute
	holdFor     = 3 * time.Second // longer than a stream is behind a request that ends
	lateBy      = 5 * time.Second // a heartbeat that is so late may have been held back
)

type asking uint8

const (
	askNothing  asking = iota
	askPosition        // a request for the log's position is under way
	askLater           // the log was ahead of the stream
	askEvents          // a request for events is under way
)

// suspicion is what a follower knows about a stream that may be held back.
type suspicion struct {
	asking asking
	since  time.Duration // when asking began to have its value
	from   string        // the last event ID when the position was asked for
	wait   time.Duration // askLater: until the events are asked for
	early  int           // requests about this connection, before it has brought anything
	asked  int           // requests in a row about quiet connections that have found nothing
	spread float64       // from 0 to 1, so that readers do not ask together
	deaf   bool          // the server is not known as ours, and does not know the request
}

// mayAsk reports whether the server understands the requests: it has spoken our protocol, or it is the page's own, and
// has not answered otherwise.
func (f *Follower) mayAsk() bool {
	return f.ours || strings.HasSuffix(f.address, "?batch") && !f.suspicion.deaf
}

// askDue returns when to ask for the log's position, and false if not at all.
func (f *Follower) askDue() (time.Duration, bool) {
	s := &f.suspicion
	spread := func(d time.Duration) time.Duration { return d + time.Duration(s.spread*float64(d)/2) }
	switch {
	case !f.mayAsk() || f.offline || f.polls.on:
		return 0, false
	case f.phase == connecting:
		return max(f.since, s.since) + spread(askUnopened<<min(s.early, 5)), true
	case f.phase != live:
		return 0, false
	case f.fresh:
		return max(f.since, s.since) + spread(askEmpty<<min(s.early, 5)), true
	case f.hidden || !f.ours || !f.brought || f.misread:
		return 0, false
	}
	return max(f.heard()+askQuiet, s.since+spread(min(askQuiet<<min(max(s.asked-3, 0), 8), longestAsk))), true
}

// suspect performs the requests that are due.
func (f *Follower) suspect() {
	s := &f.suspicion
	switch s.asking {
	case askNothing:
		if due, ok := f.askDue(); ok && f.elapsed >= due {
			s.spread = f.random()
			f.ask(askPosition, "0s")
		}
	case askLater:
		switch {
		case f.lastID != s.from:
			f.vain()
		case f.elapsed >= s.since+s.wait:
			f.ask(askEvents, "0s")
		}
	default:
		if f.elapsed >= s.since+f.askWithin() {
			f.vain()
		}
	}
}

// vain notes that a request has found nothing.
func (f *Follower) vain() {
	if f.fresh || f.phase == connecting {
		f.suspicion.early++
	} else {
		f.suspicion.asked++
	}
	f.doubt(askNothing)
}

// askNext returns when suspect has something to do, and false if that is unknown or never.
func (f *Follower) askNext() (time.Duration, bool) {
	s := &f.suspicion
	switch {
	case f.phase != connecting && f.phase != live:
		return 0, false
	case s.asking == askNothing:
		return f.askDue()
	case s.asking == askLater:
		return s.since + s.wait, true
	}
	return s.since + f.askWithin(), true
}

// askWithin returns how long an answer may take.
func (f *Follower) askWithin() time.Duration {
	if f.suspicion.asking == askEvents && f.suspicion.from == "" {
		return wholeWithin
	}
	return answerWithin
}

func (f *Follower) doubt(a asking) { f.suspicion.asking, f.suspicion.since = a, f.elapsed }

// ask requests the log's position, or the events after the last one, for which the server waits.
func (f *Follower) ask(a asking, wait string) {
	f.suspicion.from = f.lastID
	f.doubt(a)
	if f.wire.Ask(withQuery(f.url(), "wait", wait), a == askEvents) != nil {
		f.doubt(askNothing)
	}
}

// Asked reports the response to the wire's Ask. It returns true if the caller has to report the events that the answer
// has brought, which may be none, and then to call Tick.
func (f *Follower) Asked(now time.Time, a Answer) bool {
	f.advance(now)
	s := &f.suspicion
	was := s.asking
	took := f.elapsed - s.since
	if was != askPosition && was != askEvents {
		return false
	}
	f.doubt(askNothing)
	switch {
	case f.slept: // before it could tell in a tick
		f.wake()
		return false
	case f.phase == polling:
		return f.polled(a, took)
	}
	ok := a.Status == 200 && a.Type == eventStream && a.Position != ""
	s.deaf = !ok && a.Status != 0 && a.Status < 500 && a.Status != 429
	if ok && !a.Date.IsZero() {
		f.setSkew(a.Date.Sub(f.last))
	}
	ahead := ok && f.lastID == s.from && a.Position != f.lastID
	switch {
	case ahead && was == askPosition:
		s.wait = max(holdFor, 2*took)
		f.doubt(askLater)
	case ahead && a.News:
		f.hold()
		return true
	default:
		f.vain()
	}
	return false
}

// late notes that a heartbeat came later than others: the stream is asked about soon.
func (f *Follower) late(server time.Time) {
	if f.skewKnown && f.skew-server.Sub(f.last) > lateBy {
		f.suspicion.asked = 0
	}
}
