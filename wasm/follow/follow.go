// Package follow decides when a page connects to its event stream, and computes the page's status line.
//
// A [Follower] is a state machine. Its methods report an event and its time; it calls a [Wire] to connect, and returns
// a [Status] for the reader. It has no JavaScript, no clock and no goroutine of its own, so a test plays a day of
// outages in milliseconds.
//
// It promises:
//
//   - It stops for three reasons only: the reader has stopped it, the server has ended the feed (closedConnection), or
//     the server has answered 204. After any other failure the stream is opened again: first by the browser's
//     EventSource itself, which knows the server's reconnection time, then by the follower, after a growing pause.
//   - Its own reconnections miss nothing. An EventSource that replaces another one has no last event ID, so the ID is
//     in the URL (lastEventId). Only our servers understand that, and a follower recognises them by their events. For
//     any other server the URL has no ID, and the EventSource, which alone has the ID, reconnects.
//   - It notices a stream that something on the way holds back, by evidence from our servers, and polls instead.
//   - It detects a dead connection. Our servers send heartbeats. When nothing has come for two and a half intervals, or
//     the computer has slept, or the network has come back, the follower connects anew.
package follow

import (
	"time"

	"flightboard/timetable/words"
)

// A Wire connects for a Follower. It has one connection or one request at most, and one Ask. Its methods return at
// once; their owner calls the Follower's methods later with the results of the latest connection or request.
type Wire interface {
	// Open opens a connection in place of the one before.
	Open(url string) error
	// Close closes the connection and aborts the requests, if there are any.
	Close()
	// Probe requests the URL once and calls Answered with the response's head. EventSource does not have the reason of its
	// failure.
	Probe(url string) error
	// Ask requests the URL once, beside the connection, in place of the Ask before. It calls Asked with the response's
	// head or, if whole, when the response is complete.
	Ask(url string, whole bool) error
}

// A Follower follows one event stream. Its methods are called in the order of what they report, and not concurrently.
type Follower struct {
	address string
	wire    Wire
	random  func() float64

	phase phase
	since time.Duration // when the phase began; like all instants here, a value of elapsed
	due   time.Duration // waiting: when to open
	tries int           // own attempts since the last that succeeded
	cause words.Message // why the last attempt failed, in the reader's words

	from  string // last event ID when the connection was opened
	short int    // connections in a row that ended soon, and brought nothing new

	misread bool          // an event could not be read less than longestPause ago
	refused bool          // the server has turned the last attempt away for a time, so the next one asks first
	asked   bool          // the server has told how long to wait
	out     bool          // the reader has to sign in, and nothing has come since
	blocked words.Message // why the browser does not let the page connect; "": it does
	thrown  words.Message // what the browser has thrown instead of connecting, the last time

	graceUntil time.Duration // until then no old board is dimmed: it is being renewed

	last    time.Time     // the reader's clock in the last call of advance
	elapsed time.Duration // time since Start by that clock, without its steps back
	slept   bool          // the call before was so long ago that the page cannot have been running
	hidden  bool
	offline bool // the browser has reported that there is no network, and nothing has come since

	ours      bool             // the server speaks our protocol, not only the tutorial's
	lastID    string           // last event ID
	connected bool             // there has been a connection
	served    bool             // the server has sent something about the board, and nothing since that was misread
	brought   bool             // and something of that, or a heartbeat that goes on from it, on this connection
	fresh     bool             // nothing has come on this connection
	other     bool             // only other things have
	known     bool             // the board is a server's, not only the page's
	examples  bool             // the page's flights are invented
	asOf      time.Duration    // when the server last sent something while served and brought were true
	contact   time.Duration    // when it last sent something
	updated   time.Duration    // when an event about the board last came
	heartbeat time.Duration    // when the last heartbeat came on this connection; at first when it opened
	gaps      [2]time.Duration // the intervals before the last two heartbeats; 0: none yet
	suspected bool             // silence has lasted too long, and no heartbeat has come since
	skewKnown bool             // the server has sent its time
	skew      time.Duration    // server's clock − reader's clock
	silent    []Silence
	recording bool // the server plays a recording

	suspicion suspicion
	polls     polls
}

// A Silence is a feed from which the server has received nothing since a time, or rows of which it cannot read. The
// stream itself may be live.
type Silence struct {
	Feed  string
	Since time.Time
	Rows  int // 0: the server receives nothing; otherwise the rows of the feed that it cannot read
}

type phase uint8

const (
	idle       phase = iota
	connecting       // the wire has a connection that is not open yet
	live             // it is open
	native           // it broke, and the EventSource reestablishes it by itself
	polling          // requests for events are made instead, because the stream is held back
	probing          // a request asks why it failed, or whether the server takes one now
	waiting          // until the next attempt is due
	relayed          // another tab's connection brings the events
	away             // the page is not shown and may never be again
	stopped          // by the reader
	ended            // by the server
)

// New returns a follower of the stream at an address. Random returns numbers from 0 to 1, which spread the attempts of
// readers who lost the server at the same time.
func New(address string, wire Wire, random func() float64) *Follower {
	return &Follower{address: address, wire: wire, random: random}
}

// Examples tells that the page's flights are invented, so that they do not pass for a board. It is called before Start.
func (f *Follower) Examples() { f.examples = true }

// Restore tells that the page's board is one that a server sent so long ago. It is called before Start.
func (f *Follower) Restore(age time.Duration) {
	f.known, f.asOf, f.contact, f.graceUntil = true, -max(age, 0), -max(age, 0), grace
}

// Start opens the first connection.
func (f *Follower) Start(now time.Time) {
	f.last = now.Round(0)
	f.open()
}

// Opened reports that the connection is open: EventSource's open event. It tells nothing about the board yet: a server
// may accept connections and send nothing.
func (f *Follower) Opened(now time.Time) {
	f.advance(now)
	if f.phase == polling {
		return
	}
	f.setPhase(live)
	f.brought, f.fresh, f.other, f.offline, f.connected, f.blocked = false, true, false, false, true, ""
	f.out = false
	f.recording = false // until the server says so
	f.from = f.lastID
	f.updated, f.heartbeat = f.elapsed, f.elapsed
}

// Message reports an event, its last event ID, and whether it is about the board: a snapshot, or a change of a flight
// that is on it. Until such an event has come the board is the page's, and not live.
func (f *Follower) Message(now time.Time, eventType, lastEventID string, about bool) {
	f.advance(now)
	f.ours = f.ours || onlyOurs(eventType)
	if about {
		f.served, f.known, f.updated = true, true, f.elapsed
	}
	f.brought = f.brought || about || f.resumed() && lastEventID != "" || f.served && isChange(eventType)
	f.other = !f.served || !f.brought
	f.misread = f.misread && f.elapsed-f.since <= longestPause
	f.contacted()
	if lastEventID != "" { // a new EventSource has none until an event brings one, but the place is known
		f.lastID = lastEventID
	}
	f.moved()
	if f.elapsed-f.heartbeat > f.longestSilence() { // a heartbeat would have named the silent feeds again
		f.silent = nil
	}
}

// onlyOurs reports whether only servers that speak our protocol send events of a type.
func onlyOurs(eventType string) bool {
	return eventType == "flightSnapshot" || eventType == "flightAddition" || eventType == "flightChanges"
}

// isChange reports whether events of a type change single flights. From a server that was about the board before, one
// shows that it still is, although the flight may have left the board: the tutorial's server starts its script again.
func isChange(eventType string) bool {
	return eventType == "flightStateUpdate" || eventType == "flightRemoval"
}

// Heartbeat reports a heartbeat: the server's time, which may be zero, and the feeds that are silent.
func (f *Follower) Heartbeat(now, server time.Time, silent []Silence) {
	f.advance(now)
	// The server sends it when nothing else was sent for one interval. The longer of the last two gaps counts: the
	// network may have held the event before the heartbeat back, and made this gap a short one.
	gap := f.elapsed - f.heard()
	switch {
	case f.phase == polling || f.fresh && gap < shortestInterval: // it confirms that nothing was missed
		gap = 0
	case len(f.silent) > 0: // then it comes with each interval, whatever else is sent
		gap = f.elapsed - f.heartbeat
	case len(silent) > 0: // the first of those, which tells little
		gap = max(gap, min(f.elapsed-f.heartbeat, usualInterval))
	}
	if !f.slept && gap > 0 {
		f.gaps = [2]time.Duration{f.gaps[1], gap}
	}
	f.ours, f.silent, f.suspected = true, silent, false
	f.brought = f.brought || f.resumed()
	f.contacted()
	f.moved()
	f.heartbeat = f.elapsed
	if !server.IsZero() {
		f.late(server)
		f.setSkew(server.Sub(f.last))
	}
}

// Describe reports that the server has said what the board is, and whether it plays a recording. That tells nothing
// about the flights.
func (f *Follower) Describe(now time.Time, recording bool) {
	f.advance(now)
	f.ours, f.recording = true, recording
}

// setSkew sets the server's clock. Heartbeats have full seconds and come with a delay, so the clock that is furthest
// ahead is the most accurate, and texts with a time of day do not change with every heartbeat.
func (f *Follower) setSkew(skew time.Duration) {
	if !f.skewKnown || skew > f.skew || f.skew-skew > 2*time.Second { // a clock was set
		f.skewKnown, f.skew = true, skew
	}
}

// contacted notes that something has come, of which the caller has set what it tells about the board.
func (f *Follower) contacted() {
	if f.phase != live && f.phase != polling && f.phase != relayed {
		f.setPhase(live)
	}
	f.offline, f.connected, f.fresh, f.out = false, true, false, false
	f.contact = f.elapsed
	if !f.served || !f.brought {
		return
	}
	f.asOf, f.cause = f.elapsed, ""
	if !f.misread {
		f.tries = 0
	}
}

// resumed reports whether the server goes on from the last event ID, so that a connection without news brings the
// board all the same.
func (f *Follower) resumed() bool { return f.ours && f.served && f.lastID != "" }

// heard returns when the server last gave a sign of life.
func (f *Follower) heard() time.Duration {
	if f.phase == live {
		return max(f.contact, f.since)
	}
	return f.contact
}

// Misread reports an event that could not be read, so that the board lacks it. It returns true if the follower
// connects anew, without an event ID, so that a server of ours sends a snapshot; the pauses grow if that fails too.
// It returns false for another server, and for one that has sent no board: the stream goes on, and the caller calls
// Message with an event that is not about the board.
func (f *Follower) Misread(now time.Time, eventType string) bool {
	f.advance(now)
	f.ours = f.ours || onlyOurs(eventType)
	if !f.ours || !f.served && !onlyOurs(eventType) {
		return false
	}
	f.lastID, f.misread, f.served = "", true, false
	f.retryLater(words.Misread)
	return true
}

// Failed reports that the connection broke: EventSource's error event. If it is final the EventSource has given up
// (CLOSED), otherwise it is reestablishing the connection by itself (CONNECTING).
func (f *Follower) Failed(now time.Time, final bool) {
	f.advance(now)
	if f.phase == live {
		f.short++
		if f.elapsed-f.since >= shortLife || f.lastID != f.from {
			f.short = 0
		}
	}
	switch {
	case f.polls.trying:
		f.tryLater()
	case final:
		f.wire.Close()
		f.setPhase(probing)
		if err := f.wire.Probe(f.url()); err != nil {
			f.retryLater(words.Message(err.Error()))
		}
	case f.phase == live && f.brought && f.short >= 2 && f.replaceable(): // a heartbeat is no success then
		f.tries = f.short - 2
		f.retryLater(words.Short)
	case f.phase == live && f.brought, !f.replaceable():
		f.setPhase(native)
	case f.phase == live && f.fresh: // the browser would try again at once, and for ever
		f.retryLater(words.Empty)
	default: // its second failure in a row, or it never was open
		f.retryLater(words.Unreachable)
	}
}

// Cut reports that the connection is closed although no error event has come: the reader has saved or printed the page,
// or its script has called window.stop.
func (f *Follower) Cut(now time.Time) {
	f.advance(now)
	switch {
	case f.polls.trying:
		f.tryLater()
	case f.phase == live && f.brought:
		f.reconnect(f.cause)
	default:
		f.retryLater(words.Unreachable)
	}
}

// Ended reports that the server has announced the end of the feed: closedConnection.
func (f *Follower) Ended(now time.Time) {
	f.advance(now)
	f.wire.Close()
	f.contact = f.elapsed
	f.setPhase(ended)
}

// SignedOut reports that the reader has to sign in: closedConnection with that reason. The next attempts ask, after
// growing pauses, because the reader may sign in in another tab.
func (f *Follower) SignedOut(now time.Time) {
	f.advance(now)
	f.signedOut()
}

func (f *Follower) signedOut() {
	f.retryLater("")
	f.out, f.refused, f.contact = true, true, f.elapsed
}

// Stop closes the stream until Resume: the reader has asked for it.
func (f *Follower) Stop(now time.Time) {
	f.advance(now)
	if f.phase != ended {
		f.wire.Close()
		f.setPhase(stopped)
	}
}

// Resume opens a stream that was stopped.
func (f *Follower) Resume(now time.Time) {
	f.advance(now)
	if f.phase == stopped {
		f.tries, f.cause = 0, ""
		f.graceUntil = f.elapsed + grace
		f.open()
	}
}

// Retry makes the next attempt now.
func (f *Follower) Retry(now time.Time) {
	f.advance(now)
	if f.canRetry() {
		f.open()
	}
}

// open connects, from the last event ID if the server understands it. A server that has turned the last attempt away is
// asked first: an EventSource that is turned away does not tell why, and would cost a second request.
func (f *Follower) open() {
	if f.polls.on {
		f.startPolling()
		f.poll()
		return
	}
	connect := f.wire.Open
	if f.refused {
		f.setPhase(probing)
		connect = f.wire.Probe
	} else {
		f.setPhase(connecting)
	}
	if err := connect(f.url()); err != nil {
		f.thrown = words.Message(err.Error())
		f.retryLater(f.thrown)
	}
}

func (f *Follower) url() string {
	if !f.ours || f.lastID == "" {
		return f.address
	}
	return withQuery(f.address, "lastEventId", f.lastID)
}

// replaceable reports whether a new connection would continue after this one's last event: either the server
// understands lastEventId, or there is no ID to lose.
func (f *Follower) replaceable() bool { return f.ours || f.lastID == "" }

func (f *Follower) setPhase(p phase) {
	f.phase, f.since = p, f.elapsed
	f.suspicion.asking, f.suspicion.early, f.polls.trying = askNothing, 0, false
}
