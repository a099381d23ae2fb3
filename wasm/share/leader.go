package share

import "time"

const (
	restAfter  = 3 * time.Minute        // without a visible tab
	companyFor = 150 * time.Second      // after a question: hidden tabs ask once a minute
	rivalFor   = time.Second            // then a leader that still has the lock outlasts another
	boardEvery = 100 * time.Millisecond // at most: one board answers all tabs that have asked
)

// lead connects, and tells the other tabs whose events the new ones continue.
func (t *Tab) lead(now time.Duration) {
	continued := t.reign
	if !t.synced {
		continued = ""
	}
	t.setReign(now, t.newReign(now))
	t.role, t.synced, t.status, t.rival = Leader, true, "", ""
	t.seen, t.boarded = 0, 0
	t.post(Message{Kind: Lead, Data: continued})
	t.stream.Become(Leader)
}

// meet notes that another tab leads in a greater reign, or has heard of one.
func (t *Tab) meet(now time.Duration, m *Message) {
	if m.Reign > t.reign {
		if t.rival == "" {
			t.rivalSince = now
		}
		t.rival = max(t.rival, m.Reign)
	}
}

// outlast begins another reign if there is a greater one, and this tab still has the lock. The reader's clock was set
// back, or a tab that had already lost the lock has begun the other.
func (t *Tab) outlast(now time.Duration) {
	if t.leads() && t.rival != "" && now >= t.rivalSince+rivalFor {
		t.reign, t.rival = max(t.reign, t.rival), ""
		t.reign = t.newReign(now)
		t.post(Message{Kind: Lead})
	}
}

// Relay passes an event of the tab's own connection on, after the page has applied it. An event that changes the
// board has the kind Event, another one the kind Note.
func (t *Tab) Relay(now time.Duration, k Kind, eventType, id, data string) {
	if t.role != Leader {
		return
	}
	if k == Event {
		t.seq++
	}
	if t.accompanied(now) {
		t.post(Message{Kind: k, Type: eventType, ID: id, Data: data})
	}
}

// SetStatus passes the connection's status on, if it is another one.
func (t *Tab) SetStatus(now time.Duration, status string) {
	if t.leads() && status != t.status {
		if t.status = status; t.accompanied(now) {
			t.beat()
		}
	}
}

func (t *Tab) leads() bool { return t.role >= Leader }

// accompanied reports whether there are other tabs, as far as the leader knows. One that it forgets finds a gap, and
// asks for the board.
func (t *Tab) accompanied(now time.Duration) bool { return now-t.asked < companyFor }

func (t *Tab) beat() { t.post(Message{Kind: Beat, Data: t.status}) }

// answer answers another tab's question. A visible one wakes a resting leader.
func (t *Tab) answer(now time.Duration, m *Message) {
	t.asked = now
	if m.Visible {
		t.seen = now
		t.wake()
	}
	t.beat()
	if m.Kind == Ask && now-t.boarded >= boardEvery {
		for _, part := range t.stream.Snapshot() {
			t.boarded = now
			t.post(part)
		}
	}
}

// rest closes the connection if no tab has been visible for long.
func (t *Tab) rest(now time.Duration) {
	if t.role == Leader && !t.visible && now >= t.restAt() {
		t.role = Resting
		t.stream.Become(Resting)
	}
}

func (t *Tab) restAt() time.Duration { return max(t.visibleSince, t.seen) + restAfter }

func (t *Tab) wake() {
	if t.role == Resting {
		t.role = Leader
		t.stream.Become(Leader)
	}
}
