// Package follow keeps a page connected to an event stream, and knows at every moment what may honestly be said about
// the board that the page shows.
//
// A [Follower] is a state machine. It is told what happens and when, orders through a [Wire] what is to be done, and
// says in a [Status] what the reader is to be told. It has no JavaScript, no clock and no goroutine of its own, so a
// day of outages is a test of milliseconds.
//
// What it promises:
//
//   - It ends for three reasons only: the reader stopped it, the server said that the feed is over (closedConnection),
//     or it answered 204. Anything else is tried again: first by the browser's EventSource itself, which knows the
//     server's reconnection time, then by the follower with a growing pause.
//   - Nothing is missed by its own reconnections: an EventSource forgets its last event ID when it is replaced, so the
//     ID travels in the URL (lastEventId). Only servers that have shown to be ours understand that; others are asked
//     with the bare URL, and left to the browser's own reconnection as long as it alone knows the place.
//   - A connection that is dead without saying so is found out. A server of ours sends heartbeats; when nothing has come
//     for two and a half intervals, or the computer has slept, or the network has come back, it connects anew.
package follow

import (
	"time"

	"flightboard/timetable/words"
)

// A Wire does what a Follower orders. There is one connection at most. Its methods return at once; what comes of them
// is told to the Follower later, and only about the latest connection and question.
type Wire interface {
	// Open opens a connection in place of the one before.
	Open(url string) error
	// Close closes the connection and drops the question, if there are any.
	Close()
	// Ask requests the URL once and tells the answer's head to Answered. EventSource does not tell why it failed.
	Ask(url string) error
}

// A Follower is told what happens, in the order in which it happens. Its methods may not be called concurrently.
type Follower struct {
	address string
	wire    Wire
	random  func() float64

	phase phase
	since time.Duration // when the phase began; like all instants here it is told by elapsed
	due   time.Duration // waiting: when to open
	tries int           // own attempts since the last that succeeded
	cause string        // why the last attempt failed, in words

	misread bool // an event could not be read, and not much has come since

	graceUntil time.Duration // until then an old board is not called so: it is being renewed

	last    time.Time     // the reader's clock when it was looked at last
	elapsed time.Duration // time since Start by that clock, not counting steps back
	slept   bool          // the last look was so long ago that the page cannot have been running
	hidden  bool
	offline bool // the browser says that there is no network, and nothing has come since

	ours      bool             // the server speaks our protocol, not only the tutorial's
	lastID    string           // last event ID
	connected bool             // there has been a connection
	served    bool             // the server has sent something about the board, and nothing since that was misread
	other     bool             // it has not, but something else has come on this connection
	known     bool             // the board is a server's, not only the page's
	asOf      time.Duration    // when the server was last heard of while served was true
	contact   time.Duration    // when it was last heard of
	news      time.Duration    // when something about the board last came
	beat      time.Duration    // when the last heartbeat came on this connection; at first when it opened
	gaps      [2]time.Duration // the intervals that the last two heartbeats told; 0: none yet
	alarmed   bool             // silence was too much for us, and no heartbeat has come since
	timed     bool             // the server has told its time
	skew      time.Duration    // server's clock − reader's clock
	silent    []Silence
}

// A Silence is a feed from which the server has heard nothing. The stream may be well.
type Silence struct {
	Feed  string
	Since time.Time
}

type phase uint8

const (
	idle       phase = iota
	connecting       // the wire has a connection that is not open yet
	live             // it is open
	native           // it broke, and the EventSource reestablishes it by itself
	asking           // it failed for good, and the wire asks why
	waiting          // until the next attempt is due
	away             // the page is not shown and may never be again
	stopped          // by the reader
	ended            // by the server
)

// New returns a follower of the stream at an address. Random yields numbers from 0 to 1, which spread the attempts of
// readers who lose a server together.
func New(address string, wire Wire, random func() float64) *Follower {
	return &Follower{address: address, wire: wire, random: random}
}

// Start opens the first connection.
func (f *Follower) Start(now time.Time) {
	f.last = now.Round(0)
	f.open()
}

// Opened says that the connection is open: EventSource's open event.
func (f *Follower) Opened(now time.Time) {
	f.look(now)
	if !f.misread {
		f.tries = 0
	}
	f.other, f.news, f.beat = false, f.elapsed, f.elapsed
	f.heard()
}

// Message says that an event has come, its last event ID, and whether it is about the board: a snapshot, or a change of
// a flight that is on it. Until such an event has come the board is the page's, and not live. Others are no news of it.
func (f *Follower) Message(now time.Time, eventType, lastEventID string, about bool) {
	f.look(now)
	if about {
		f.served, f.known, f.news = true, true, f.elapsed
	}
	f.other = !f.served
	f.heard()
	f.ours = f.ours || onlyOurs(eventType)
	if f.misread && f.elapsed-f.since > longestPause {
		f.misread, f.tries = false, 0
	}
	if lastEventID != "" { // a new EventSource has none until an event brings one, but the place is known
		f.lastID = lastEventID
	}
	if f.elapsed-f.beat > f.patience() { // a feed that is silent still would have been named again
		f.silent = nil
	}
}

// onlyOurs says whether only servers that speak our protocol send such events.
func onlyOurs(eventType string) bool {
	return eventType == "flightSnapshot" || eventType == "flightAddition" || eventType == "flightChanges"
}

// Heartbeat says that a heartbeat has come: the server's time, if it told that, and the feeds that are silent.
func (f *Follower) Heartbeat(now, server time.Time, silent []Silence) {
	f.look(now)
	// The server sends it when nothing else was sent for one interval. The longer of the last two gaps counts: the
	// network may have held the event before the heartbeat back, and made this gap a short one.
	gap := f.elapsed - f.contact
	switch {
	case len(f.silent) > 0: // then it comes with each interval, whatever else is sent
		gap = f.elapsed - f.beat
	case len(silent) > 0: // the first of those, which tells little
		gap = max(gap, min(f.elapsed-f.beat, usualInterval))
	}
	if !f.slept && gap > 0 {
		f.gaps = [2]time.Duration{f.gaps[1], gap}
	}
	f.heard()
	f.beat = f.elapsed
	f.ours, f.silent, f.alarmed = true, silent, false
	if !server.IsZero() {
		f.time(server.Sub(f.last))
	}
}

// time takes note of the server's clock. Heartbeats tell full seconds and take their time to come, so the clock that is
// furthest ahead is the most accurate, and words with a time of day in them do not change with every heartbeat.
func (f *Follower) time(skew time.Duration) {
	if !f.timed || skew > f.skew || f.skew-skew > 2*time.Second { // a clock was set
		f.timed, f.skew = true, skew
	}
}

func (f *Follower) heard() {
	if f.phase != live {
		f.enter(live)
		f.cause = ""
	}
	f.offline, f.connected = false, true
	f.contact = f.elapsed
	if f.served {
		f.asOf = f.elapsed
	}
}

// Misread says that an event could not be read, so that the board lacks it. A server of ours that is asked without a
// place sends the board as it is; should it go wrong again and again, the pauses grow. It reports false of another
// server, which knows no board that it could send, and of one that has sent none: the stream goes on, and Message is
// to be told of an event that is not about the board.
func (f *Follower) Misread(now time.Time, eventType string) bool {
	f.look(now)
	f.ours = f.ours || onlyOurs(eventType)
	if !f.ours || !f.served && !onlyOurs(eventType) {
		return false
	}
	f.lastID, f.misread, f.served = "", true, false
	f.retryLater(words.Misread)
	return true
}

// Failed says that the connection broke: EventSource's error event. If it is final the EventSource has given up
// (CLOSED), otherwise it is reestablishing the connection by itself (CONNECTING).
func (f *Follower) Failed(now time.Time, final bool) {
	f.look(now)
	switch {
	case final:
		f.wire.Close()
		f.enter(asking)
		if err := f.wire.Ask(f.url()); err != nil {
			f.retryLater(err.Error())
		}
	case f.phase == live, !f.replaceable():
		f.enter(native)
	default: // its second failure in a row, or it never was open
		f.retryLater(words.Unreachable)
	}
}

// An Answer is the head of the answer to a question.
type Answer struct {
	Status int // 0: there was none
	Type   string
	Moved  bool // it came from another address, to which the server redirected
}

// Answered says how the server answered the wire's question.
func (f *Follower) Answered(now time.Time, a Answer) {
	f.look(now)
	if f.phase != asking {
		return
	}
	if a.Status == 204 {
		f.enter(ended)
		return
	}
	if a.Status == 404 {
		f.ours, f.served = false, false // another kind of server may stand there now, to which the query is another page
		if bare := withoutBatch(f.address); bare != f.address {
			f.address = bare
			f.open()
			return
		}
	}
	f.retryLater(why(a))
}

// Ended says that the server has announced the end of the feed: closedConnection.
func (f *Follower) Ended(now time.Time) {
	f.look(now)
	f.wire.Close()
	f.contact = f.elapsed
	f.enter(ended)
}

// Stop is the reader's wish to have no more updates.
func (f *Follower) Stop(now time.Time) {
	f.look(now)
	if f.phase != ended {
		f.wire.Close()
		f.enter(stopped)
	}
}

// Resume is the reader's wish to have updates again.
func (f *Follower) Resume(now time.Time) {
	f.look(now)
	if f.phase == stopped {
		f.tries, f.cause = 0, ""
		f.graceUntil = f.elapsed + grace
		f.open()
	}
}

// Retry is the reader's wish not to wait.
func (f *Follower) Retry(now time.Time) {
	f.look(now)
	if f.impatient() {
		f.open()
	}
}

// open connects, at the place where the last connection ended if the server can be told.
func (f *Follower) open() {
	f.enter(connecting)
	if err := f.wire.Open(f.url()); err != nil {
		f.retryLater(err.Error())
	}
}

func (f *Follower) url() string {
	if !f.ours || f.lastID == "" {
		return f.address
	}
	return withQuery(f.address, "lastEventId", f.lastID)
}

// replaceable says whether a new connection would go on where this one ends: either its place can be told, or there
// is none to lose.
func (f *Follower) replaceable() bool { return f.ours || f.lastID == "" }

const longestPause = 30 * time.Second

// retryLater waits for 1 s, doubled with each attempt that fails, but never more than 30 s, less a random part of up
// to a half.
func (f *Follower) retryLater(cause string) {
	f.wire.Close()
	pause := longestPause
	if f.tries < 5 {
		pause = time.Second << f.tries
	}
	f.tries++
	f.cause = cause
	f.enter(waiting)
	f.due = f.elapsed + pause/2 + time.Duration(f.random()*float64(pause/2))
}

func (f *Follower) enter(p phase) { f.phase, f.since = p, f.elapsed }
