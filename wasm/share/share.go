// Package share decides which of a browser's tabs connects to the event stream, and what it passes on to the others.
//
// The tabs of a page have a lock, which one of them holds, and a channel, on which each hears all others. The tab with
// the lock leads: it has the connection, and posts the events. The others follow. A [Tab] is a state machine, as a
// follow.Follower is: it has no JavaScript, no clock and no goroutine of its own. It orders a [Wire], which goes to the
// other tabs, and a [Stream], which is its own page's.
//
// It promises:
//
//   - One tab has a connection. During a takeover there may be two for a moment; the tab that has lost the lock closes
//     its own as soon as it runs again.
//   - No tab misses an event or applies one twice. Each leader's reign has a name, and its events have sequence
//     numbers. A tab applies the next event, ignores an earlier one, and after a gap asks for the board. A new leader
//     opens the stream after the last event that it has itself applied.
//   - A visible tab without a leader has one within a second. If the leader has closed, the browser gives the lock to
//     another tab. If it hangs or is frozen, it leaves the questions of the visible tabs without an answer, and one of
//     them takes the lock from it. It is never judged by its timers, which a browser slows down in hidden tabs.
//   - When no tab has been visible for three minutes, the connection is closed until one is.
//
// Instants are the time since 1970 by a clock that is never set: what the reader's clock showed when the tab began, and
// the time since then.
package share

import (
	"strconv"
	"time"
)

// A Wire goes to the other tabs. Its methods return at once.
type Wire interface {
	// Lock makes a request for the lock in place of the one before, if there is one, and lets go of the lock. The Tab's
	// Granted or Lost is called later with the result of the latest request.
	Lock(r Request)
	// Post sends a message to all other tabs. Those of one tab arrive in their order.
	Post(m *Message)
}

// A Request is one for the lock.
type Request uint8

const (
	None  Request = iota // the tab does not want the lock
	Queue                // it wants it when all earlier tabs have let go of it
	Steal                // it takes it from the tab that has it
)

// A Stream is a tab's own page: its connection and its board.
type Stream interface {
	// Become makes the page connect, after the last event that its board has, if the role is Leader, and disconnect
	// otherwise.
	Become(r Role)
	// Apply applies an event, note or board of the leader's. It reports whether the page has understood it.
	Apply(m *Message) bool
	// Snapshot returns what a tab needs that has nothing: the board, and notes. It is empty if the board is none of the
	// server's.
	Snapshot() []Message
}

// A Role is a tab's part in the sharing.
type Role uint8

const (
	Out      Role = iota // the tab takes no part, and has no connection
	Follower             // another tab has the connection, or is about to
	Leader               // this tab has it
	Resting              // this tab leads, and has closed it because no tab is visible
)

// A Tab is one tab. Its methods are called in the order of what they report, and not concurrently.
type Tab struct {
	_      [0]func() // not comparable
	id     string
	wire   Wire // nil: the tab shares with no other
	stream Stream

	role         Role
	visible      bool
	visibleSince time.Duration // since when it is, or is not

	reign  string // the leader's, as in Message
	seq    int    // the last event that was posted or applied
	synced bool   // the board is the leader's, as of seq

	// Of a follower:
	heard        time.Duration // when the leader was heard last; 0: never
	due          time.Duration // when to ask it
	questioned   time.Duration // when it was last asked something
	unanswered   int           // questions since it was heard
	changed      time.Duration // when the last reign began
	patience     int           // how many questions the leader may leave unanswered
	status       string        // the leader's
	leaderHidden time.Duration // since when the leader has said that it is hidden; 0: it is visible

	// Of a leader:
	asked   time.Duration // when another tab last asked something
	seen    time.Duration // when a visible one did
	boarded time.Duration // when the board was last posted

	rival      string        // a greater reign; "": none
	rivalSince time.Duration // when one was first heard
}

// New returns a tab, which takes no part until Start. The ID differs from those of all other tabs. Without a wire it
// leads by itself.
func New(id string, wire Wire, stream Stream) *Tab { return &Tab{id: id, wire: wire, stream: stream} }

// Role returns the tab's role.
func (t *Tab) Role() Role { return t.role }

// Alone reports whether the tab shares with no other.
func (t *Tab) Alone() bool { return t.wire == nil }

// Start makes the tab take part. Held reports whether it has the lock already: then no other tab has waited for it, and
// those that come ask for the board, so nothing is posted to them before.
func (t *Tab) Start(now time.Duration, visible, held bool) {
	t.visible, t.visibleSince = visible, now
	if held {
		t.lead(now)
		return
	}
	t.Join(now)
}

// Join makes a tab that has left take part again, as one that has just been opened.
func (t *Tab) Join(now time.Duration) {
	switch {
	case t.role != Out:
	case t.wire == nil:
		t.lead(now)
	default:
		t.follow(now)
	}
}

// Leave makes the tab take no part: the reader has stopped it or leaves the page, or the feed has ended. The caller
// closes the connection.
func (t *Tab) Leave() {
	if t.role != Out && t.wire != nil {
		t.wire.Lock(None)
	}
	t.role = Out
}

// Separate makes every tab connect by itself, because the server cannot go on from an event that another tab has.
func (t *Tab) Separate() {
	if t.wire != nil {
		t.post(Message{Kind: Separate})
		t.separate()
	}
}

func (t *Tab) separate() {
	t.wire.Lock(None)
	t.wire = nil
}

// Granted reports that the tab has got the lock.
func (t *Tab) Granted(now time.Duration) {
	if t.role == Follower {
		t.asked = now // the tabs of the reign before may not need to ask
		t.lead(now)
	}
}

// Lost reports that another tab has taken the lock.
func (t *Tab) Lost(now time.Duration) {
	if t.leads() && t.wire != nil {
		t.follow(now)
	}
}

// follow waits for another tab's events, and for the lock.
func (t *Tab) follow(now time.Duration) {
	t.role, t.synced, t.status = Follower, false, ""
	t.heard, t.leaderHidden, t.unanswered = 0, 0, 0
	t.due = now + t.pause()
	t.wire.Lock(Queue)
	t.stream.Become(Follower)
	t.question(now, Ask)
}

// setReign notes that another reign has begun. If reigns are short, tabs answer slowly because the computer is busy:
// the patience grows.
func (t *Tab) setReign(now time.Duration, reign string) {
	if t.patience = min(max(2*t.patience, patience), patienceMost); now-t.changed > calmAfter {
		t.patience = patience
	}
	t.reign, t.changed = reign, now
}

func (t *Tab) post(m Message) {
	if t.wire != nil {
		m.Reign, m.Seq, m.Visible = t.reign, t.seq, t.visible
		t.wire.Post(&m)
	}
}

// newReign returns the name of a reign that this tab begins, which is greater than that of the one before.
func (t *Tab) newReign(now time.Duration) string {
	reign := strconv.Itoa(int(now.Milliseconds())) + "." + t.id
	if reign <= t.reign { // the reader's clock was set back
		reign = t.reign + "+" + t.id
	}
	return reign
}
