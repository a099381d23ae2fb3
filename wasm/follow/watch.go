package follow

import (
	"time"

	"flightboard/timetable/words"
)

// The follower's patience. A page's clock ticks every 10 s at the latest, so that one that has not ticked for
// 25 s was asleep; in a hidden page browsers let it tick once a minute.
const (
	tick          = 10 * time.Second
	asleep        = 25 * time.Second
	asleepHidden  = 150 * time.Second
	openWithin    = 20 * time.Second // an attempt of ours; a server of another kind may answer with its first event only
	nativeWithin  = 15 * time.Second // the reconnection time of our servers is at most 3 s
	answerWithin  = 10 * time.Second
	grace         = 3 * time.Second // for the first attempt after a pause in which nobody expected anything
	quietAfter    = time.Minute
	dimmedAfter   = time.Minute
	outdatedAfter = 5 * time.Minute

	shortestInterval = time.Second // of heartbeats: our servers do not send them more often
	usualInterval    = 15 * time.Second
	longestInterval  = time.Minute // that is believed without having been seen
)

// look takes note of the time by the reader's clock. The monotonic clock will not do, for in some systems it
// stands still while the computer sleeps. If the clock was set back, no time has passed.
func (f *Follower) look(now time.Time) {
	now = now.Round(0)
	step := max(now.Sub(f.last), 0)
	f.last = now
	f.elapsed += step
	f.slept = step > asleep && !f.hidden || step > asleepHidden
}

// Tick does what is due. It is to be called when Next says, or later.
func (f *Follower) Tick(now time.Time) {
	f.look(now)
	inPhase := f.elapsed - f.since
	switch {
	case f.slept:
		f.wake()
	case f.phase == live && f.armed() && f.elapsed-f.contact >= f.patience():
		f.alarm()
	case f.phase == connecting && f.ours && inPhase >= openWithin,
		f.phase == native && f.ours && inPhase >= nativeWithin,
		f.phase == asking && inPhase >= answerWithin:
		f.retryLater(words.Unreachable)
	case f.phase == waiting && f.elapsed >= f.due:
		f.open()
	}
}

// Shown says that the page has become visible.
func (f *Follower) Shown(now time.Time) {
	f.look(now)
	slept := f.slept || f.armed() && f.elapsed-f.contact > f.patience()
	f.hidden = false
	if slept || f.phase == waiting {
		f.wake()
	}
}

// Hidden says that the page has become invisible. The stream goes on.
func (f *Follower) Hidden(now time.Time) {
	f.look(now)
	f.hidden = true
}

// Online says that the browser has a network again, which may be another one.
func (f *Follower) Online(now time.Time) {
	f.look(now)
	f.offline = false
	f.wake()
}

// Offline says that the browser has no network. Servers on the same machine can be reached all the same, so nothing is
// closed, and what is heard from now on counts for more.
func (f *Follower) Offline(now time.Time) {
	f.look(now)
	f.offline = true
}

// PageHide says that the page is being left. It is kept for the way back only if it has no open connection.
func (f *Follower) PageHide(now time.Time) {
	f.look(now)
	if f.phase != stopped && f.phase != ended {
		f.wire.Close()
		f.enter(away)
	}
}

// PageShow says that the reader has come back to the page.
func (f *Follower) PageShow(now time.Time) {
	f.look(now)
	if f.phase == away {
		f.graceUntil = f.elapsed + grace
		f.open()
	}
}

// wake mistrusts the connection, for what it depends on has changed without it being told.
func (f *Follower) wake() {
	f.graceUntil = f.elapsed + grace
	switch f.phase {
	case connecting, live, native:
		if f.ours {
			f.reconnect(f.cause)
		}
	case asking, waiting:
		f.open()
	}
}

// reconnect replaces the connection at once.
func (f *Follower) reconnect(cause string) {
	f.wire.Close()
	f.cause = cause
	f.open()
}

// armed says whether silence means anything: whether the server has ever sent a heartbeat.
func (f *Follower) armed() bool { return f.gaps[1] > 0 }

// patience is how much silence is too much. One gap tells little: heartbeats that came while the page was busy are
// heard one right after the other. So as long as there is only one, the interval is taken to be no less than usual.
func (f *Follower) patience() time.Duration {
	gap := max(f.gaps[0], f.gaps[1], shortestInterval)
	if f.gaps[0] == 0 {
		gap = max(gap, usualInterval)
	}
	return gap * 5 / 2
}

// alarm replaces a connection that has been silent for too long. If the one before it was replaced for the same reason,
// and no heartbeat has come in between, the interval has been underestimated, and would be for ever.
func (f *Follower) alarm() {
	if f.alarmed {
		f.gaps[1] = max(f.gaps[1], min(f.elapsed-f.contact, longestInterval))
	}
	f.alarmed = true
	f.reconnect(words.NoHeartbeat)
}

// Next is how long nothing has to be done: no Tick, and no Status that differs by more than its ages.
// It is 0 when there is nothing to wait for.
func (f *Follower) Next() time.Duration {
	until := tick
	by := func(t time.Duration) { until = min(until, max(t-f.elapsed, time.Millisecond)) }
	switch f.phase {
	case idle, stopped, ended, away:
		return 0
	case live:
		if f.armed() {
			by(f.contact + f.patience())
		}
		if f.elapsed < f.news+quietAfter {
			by(f.news + quietAfter)
		}
		if f.offline || !f.served {
			until = min(until, time.Second)
		}
	case waiting:
		by(f.due)
		until = min(until, (f.due-f.elapsed-1)%time.Second+1) // the countdown's next second
	default:
		until = time.Second
	}
	return max(until, time.Millisecond)
}
