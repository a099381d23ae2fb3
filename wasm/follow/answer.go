package follow

import "time"

// An Answer is the head of the response to a request of the Wire's.
type Answer struct {
	Status int // 0: there was none
	Type   string
	Moved  bool          // it came from another address, to which the server redirected
	Wait   time.Duration // Retry-After; 0: there was none
	Hidden bool          // there was one, which the browser does not show to this page

	// Of a response to an Ask:
	Position string    // the log's, from Last-Event-ID
	Date     time.Time // the server's time; zero: unknown
	News     bool      // it has an event with an ID
}

// Answered reports the response to the wire's request.
func (f *Follower) Answered(now time.Time, a Answer) {
	f.advance(now)
	if f.phase != probing {
		return
	}
	whether := f.refused
	f.refused = a.Wait > 0 && (a.Status == 429 || a.Status == 503)
	switch {
	case a.Status == 204:
		f.setPhase(ended)
		return
	case whether && a.Status == 200 && a.Type == eventStream:
		f.refused = false
		f.open()
		return
	}
	if a.Status == 401 {
		f.signedOut()
		return
	}
	if a.Status == 404 {
		f.ours, f.served = false, false // it may be another server now, which does not know the query
		if bare := withoutBatch(f.address); bare != f.address {
			f.address, f.refused = bare, false
			f.open()
			return
		}
	}
	f.turnedAway(a)
}

// Refused reports the event refusal: the server ends the stream instead of an answer with this status.
func (f *Follower) Refused(now time.Time, a Answer) {
	f.advance(now)
	f.turnedAway(a)
	f.refused = false // the next attempt gets the same event, or is accepted
}

// turnedAway tries again later: after the time that the server has told, if it has.
func (f *Follower) turnedAway(a Answer) {
	f.retryLater(reason(a))
	f.refused = a.Wait > 0 && (a.Status == 429 || a.Status == 503)
	if f.refused {
		f.asked = true
		wait := min(a.Wait, longestWait)
		f.due = f.elapsed + wait + time.Duration(f.random()*float64(wait/10))
	}
}
