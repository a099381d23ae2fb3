package follow

import (
	"time"

	"flightboard/timetable/words"
)

// Timeouts. A visible page's timers fire every 10 s at the latest, so a page whose timers have not fired for 25 s was
// asleep; in a hidden page browsers fire them once a minute.
const (
	tick          = 10 * time.Second
	asleep        = 25 * time.Second
	asleepHidden  = 150 * time.Second
	openWithin    = 10 * time.Second // an attempt of ours; a server of another kind may answer with its first event only
	nativeWithin  = 15 * time.Second // the reconnection time of our servers is at most 3 s
	shortLife     = 3 * time.Second  // of a connection
	answerWithin  = 10 * time.Second
	wholeWithin   = 2 * time.Minute // a board on a slow line; nothing tells that it is under way
	grace         = 3 * time.Second // for the first attempt after a pause that the reader expects
	quietAfter    = time.Minute
	dimmedAfter   = time.Minute
	outdatedAfter = 5 * time.Minute

	shortestInterval = time.Second // of heartbeats: our servers do not send them more often
	usualInterval    = 15 * time.Second
	longestInterval  = time.Minute // that is assumed without having been measured
)

// advance moves elapsed to a time of the reader's clock. It ignores the monotonic clock, which in some systems stops
// while the computer sleeps. If the clock was set back, no time has passed.
func (f *Follower) advance(now time.Time) {
	now = now.Round(0)
	step := max(now.Sub(f.last), 0)
	f.last = now
	f.elapsed += step
	f.slept = step > asleep && !f.hidden || step > asleepHidden
}

// Tick performs the actions that are due. It must be called after the duration that Next returns, or later.
func (f *Follower) Tick(now time.Time) {
	f.advance(now)
	inPhase := f.elapsed - f.since
	switch {
	case f.slept:
		f.wake()
	case f.phase == live && f.hasHeartbeats() && f.elapsed-f.heard() >= f.longestSilence():
		f.replaceSilent()
	case f.phase == connecting && f.mayAsk() && inPhase >= openWithin,
		f.phase == native && f.ours && inPhase >= nativeWithin,
		f.phase == probing && inPhase >= answerWithin:
		f.retryLater(words.Unreachable)
	case f.phase == waiting && f.elapsed >= f.due:
		f.open()
	case f.phase == polling:
		f.poll()
	case f.phase == connecting || f.phase == live:
		f.suspect()
	}
}

// Shown reports that the page has become visible.
func (f *Follower) Shown(now time.Time) {
	f.advance(now)
	slept := f.slept || f.hasHeartbeats() && f.elapsed-f.heard() > f.longestSilence()
	f.hidden = false
	if slept || f.phase == waiting {
		f.wake()
	}
}

// Hidden reports that the page has become invisible. The stream goes on.
func (f *Follower) Hidden(now time.Time) {
	f.advance(now)
	f.hidden = true
}

// Online reports that the browser has a network again, which may be another one.
func (f *Follower) Online(now time.Time) {
	f.advance(now)
	f.offline = false
	f.wake()
}

// Offline reports that the browser has no network. A server on the same machine can still be reached, so the
// stream is not closed, and the next event ends the state.
func (f *Follower) Offline(now time.Time) {
	f.advance(now)
	f.offline = true
}

// PageHide reports that the reader leaves the page. It closes the stream: browsers keep only pages without an open
// connection in their back/forward cache.
func (f *Follower) PageHide(now time.Time) {
	f.advance(now)
	if f.phase != stopped && f.phase != ended {
		f.wire.Close()
		f.setPhase(away)
	}
}

// PageShow reports that the reader has come back to the page.
func (f *Follower) PageShow(now time.Time) {
	f.advance(now)
	if f.phase == away {
		f.graceUntil = f.elapsed + grace
		f.open()
	}
}

// wake replaces a connection that may be dead: a change of network or the computer's sleep may have ended it without
// an error event.
func (f *Follower) wake() {
	f.graceUntil = f.elapsed + grace
	switch f.phase {
	case connecting, live, native, polling:
		if f.ours {
			f.reconnect(f.cause)
		}
	case probing, waiting:
		if !f.asked || f.elapsed >= f.due {
			f.open()
		}
	}
}

// reconnect replaces the connection at once.
func (f *Follower) reconnect(cause words.Message) {
	f.wire.Close()
	f.cause = cause
	f.open()
}

// hasHeartbeats reports whether the server has sent heartbeats, so that silence means something.
func (f *Follower) hasHeartbeats() bool { return f.gaps[1] > 0 }

// longestSilence returns how long a silence may last. One gap may be too short: heartbeats that arrived while the page
// was busy are dispatched together. So with one gap only, the interval is assumed to be no less than usual.
func (f *Follower) longestSilence() time.Duration {
	gap := max(f.gaps[0], f.gaps[1], shortestInterval)
	if f.gaps[0] == 0 {
		gap = max(gap, usualInterval)
	}
	if f.phase == live && f.fresh && !f.resumed() {
		return max(gap*5/2, wholeWithin)
	}
	return gap * 5 / 2
}

// replaceSilent replaces a connection that has been silent for too long. If the one before it was replaced for the same
// reason, and no heartbeat has come in between, the interval was underestimated, so it is made longer.
func (f *Follower) replaceSilent() {
	if f.suspected {
		f.gaps[1] = max(f.gaps[1], min(f.elapsed-f.heard(), longestInterval))
	}
	f.suspected = true
	f.reconnect(words.NoHeartbeat)
}

// Next returns how long no Tick is needed, and the Status does not change except for its ages. It is 0 when there is
// nothing to wait for.
func (f *Follower) Next() time.Duration {
	until := tick
	by := func(t time.Duration) { until = min(until, max(t-f.elapsed, time.Millisecond)) }
	if due, ok := f.askNext(); ok {
		by(due)
	}
	switch f.phase {
	case idle, stopped, ended, away:
		return 0
	case polling:
		by(f.pollNext())
		fallthrough
	case live:
		if f.hasHeartbeats() && f.phase == live {
			by(f.heard() + f.longestSilence())
		}
		if f.elapsed < f.updated+quietAfter {
			by(f.updated + quietAfter)
		}
		if f.offline || !f.served || !f.brought {
			until = min(until, time.Second)
		}
	case relayed:
	case waiting:
		by(f.due)
		until = min(until, (f.due-f.elapsed-1)%time.Second+1) // the countdown's next second
	default:
		until = time.Second
	}
	return max(until, time.Millisecond)
}
