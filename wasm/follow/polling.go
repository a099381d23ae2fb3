package follow

import "time"

// A follower whose stream is held back polls: it asks for the events after the last one, and the server answers as soon
// as there are any. From time to time it tries the stream again.
const (
	pollFor     = 25 * time.Second // the server's part of a request
	pollSpacing = 200 * time.Millisecond
	pollAgain   = time.Second     // after one that has failed
	tryWithin   = 4 * time.Second // the stream has to bring an event or a heartbeat
	firstTry    = time.Minute
	longestTry  = 30 * time.Minute
)

// pollWait is pollFor as the server's query has it.
const pollWait = "25s"

// polls is the state of a follower that polls.
type polls struct {
	on     bool          // the follower polls, or it does so as soon as it may connect
	due    time.Duration // when to ask
	failed int           // in a row
	empty  int           // answers in a row that came at once, without events
	quick  bool          // the request does not wait for events, because the board may be old
	trying bool          // the stream is open or being opened
	tried  time.Duration // when that began
	moves  bool          // it has brought something
	goal   string        // the log's position, which it has to bring as well; "": not known yet
	try    time.Duration // when to try the stream
	pause  time.Duration // before the next try
}

// hold begins to poll: the stream is held back.
func (f *Follower) hold() {
	p := &f.polls
	f.wire.Close()
	p.pause = max(p.pause, firstTry)
	p.on, p.failed = true, 0
	f.ours, f.offline, f.connected, f.cause, f.blocked, f.other = true, false, true, "", "", false
	f.startPolling()
	p.try = f.elapsed + p.pause
}

// startPolling makes the next request due.
func (f *Follower) startPolling() {
	f.setPhase(polling)
	f.polls.due, f.brought, f.refused = f.elapsed, false, false
	f.heartbeat = f.elapsed
}

// poll performs what is due.
func (f *Follower) poll() {
	p := &f.polls
	switch {
	case p.trying && f.elapsed < f.pollNext():
	case p.trying && p.moves && f.suspicion.asking == askNothing && p.goal == "":
		f.ask(askPosition, "0s")
	case p.trying:
		f.tryLater()
	case f.suspicion.asking == askEvents:
		if f.elapsed >= f.suspicion.since+pollFor+answerWithin {
			f.doubt(askNothing)
			f.pollFailed(Answer{})
		}
	case f.elapsed < p.due:
	case f.elapsed >= p.try && f.brought && p.failed == 0:
		p.trying, p.tried, p.moves, p.goal = true, f.elapsed, false, ""
		if f.wire.Open(f.url()) != nil {
			f.tryLater()
		}
	default:
		p.quick = !f.brought
		wait := pollWait
		if p.quick {
			wait = "0s"
		}
		f.ask(askEvents, wait)
		if f.suspicion.asking == askNothing {
			f.pollFailed(Answer{})
		}
	}
}

// pollNext returns when poll has something to do.
func (f *Follower) pollNext() time.Duration {
	switch {
	case f.polls.trying && f.polls.goal == "" && f.suspicion.asking == askNothing:
		return f.polls.tried + tryWithin
	case f.polls.trying:
		return f.suspicion.since + holdFor
	case f.suspicion.asking == askEvents:
		return f.suspicion.since + pollFor + answerWithin
	}
	return f.polls.due
}

// tryLater goes on polling, because the stream has brought nothing.
func (f *Follower) tryLater() {
	p := &f.polls
	f.wire.Close()
	p.pause = min(p.pause*2, longestTry)
	p.trying, p.due, p.try = false, f.elapsed, f.elapsed+p.pause
}

// moved notes that the stream has brought something, and goes back to it if that is all that the log has.
func (f *Follower) moved() {
	f.polls.moves = true
	if f.polls.trying && f.polls.goal != "" && f.lastID == f.polls.goal {
		f.release()
	}
}

// release goes back to the stream. If it is held back again, the pauses before it is tried are no shorter than before.
func (f *Follower) release() {
	p := &f.polls
	p.on, p.trying = false, false
	p.pause = min(p.pause*2, longestTry)
	f.suspicion.asked = 0
	f.setPhase(live)
	f.heartbeat, f.suspected = f.elapsed, false
}

// polled handles an answer to a request for events.
func (f *Follower) polled(a Answer, took time.Duration) bool {
	p := &f.polls
	if p.trying {
		if p.goal = a.Position; p.goal == "" {
			f.tryLater()
		}
		f.moved()
		return false
	}
	switch {
	case a.Status == 204:
		f.wire.Close()
		f.setPhase(ended)
		return false
	case a.Status == 401:
		f.signedOut()
		return false
	case a.Status != 200 || a.Type != eventStream || a.Position == "":
		f.pollFailed(a)
		return false
	}
	p.due, p.failed = f.elapsed+pollSpacing, 0
	switch {
	case a.News || took >= pollFor/2:
		p.empty = 0
	case !p.quick: // as from a cache, or from a server that stops
		p.due = f.elapsed + min(pollAgain<<min(p.empty, 5), pollFor)
		p.empty++
	}
	return true
}

// pollFailed asks again: at once after a single failure, otherwise after a growing pause.
func (f *Follower) pollFailed(a Answer) {
	p := &f.polls
	p.due = f.elapsed + pollAgain
	if p.failed++; p.failed <= 1 && a.Status != 404 && a.Wait == 0 {
		return
	}
	switch {
	case a.Status == 404: // it may be another server now
		f.ours, f.served, p.on = false, false, false
	case a.Status == 400, a.Status == 200 && a.Type == eventStream: // or an older one, which does not know wait
		p.on = false
	}
	f.turnedAway(a)
}
