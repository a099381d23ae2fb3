package share

import "time"

const (
	beat         = 200 * time.Millisecond // between the questions of a visible tab
	beatHidden   = time.Minute            // and of a hidden one
	askHidden    = time.Second            // a hidden one that lacks the board
	patience     = 2                      // questions without an answer
	patienceNew  = 7                      // the same of a tab that has not heard the leader yet, which may be loading
	patienceMost = 16
	calmAfter    = time.Minute     // a reign of that length ends what the ones before have made of the patience
	doubtAfter   = 3 * beat        // without a sign of the leader its status is not shown
	oldAfter     = 2 * time.Second // a message
	handover     = 5 * time.Second // a visible tab takes over from one that is hidden for that long

	companyEvery = 30 * time.Second // between the questions that tell the leader that it has company
)

// snapshotType is the type of events that are a whole board.
const snapshotType = "flightSnapshot"

// Receive handles a message of another tab's.
func (t *Tab) Receive(now time.Duration, m *Message) {
	switch {
	case t.role == Out || t.wire == nil:
		return
	case m.Kind <= Retry:
		if t.leads() {
			t.meet(now, m)
			t.answer(now, m)
		}
		return
	case m.Kind == Separate:
		t.separate()
		if t.role == Follower {
			t.lead(now)
		}
		return
	case m.Reign < t.reign:
		return // another tab has taken over from the sender
	case m.Reign > t.reign && t.leads(): // the lock decides between the two
		t.meet(now, m)
		return
	case m.Reign > t.reign:
		continues := t.synced && m.Kind == Lead && m.Data == t.reign && m.Seq == t.seq
		t.setReign(now, m.Reign)
		if !continues { // the next tick asks: the new leader's connection may have to bring what this tab has
			t.synced = false
			t.due = now + t.pause()
		}
	}
	t.hear(now, m)
	t.handle(now, m)
}

// hear notes a sign of the leader. A message that is too old is none: this tab was frozen.
func (t *Tab) hear(now time.Duration, m *Message) {
	if m.Age < oldAfter {
		t.heard, t.unanswered = now, 0
	}
	if m.Visible {
		t.leaderHidden = 0
	} else if t.leaderHidden == 0 {
		t.leaderHidden = now
	}
	if m.Kind == Beat {
		t.status = m.Data
	}
}

// handle handles a message of the leader's.
func (t *Tab) handle(now time.Duration, m *Message) {
	whole := m.Kind == Board || m.Kind == Event && m.Type == snapshotType
	switch {
	case !t.synced:
		if whole {
			t.seq, t.synced = m.Seq, t.stream.Apply(m)
		}
	case m.Kind == Board, m.Kind == Event && m.Seq <= t.seq: // this tab has it
	case m.Kind == Event && (m.Seq == t.seq+1 || whole):
		if t.seq = m.Seq; !t.stream.Apply(m) {
			t.missed(now)
		}
	case m.Seq > t.seq:
		t.missed(now)
	case m.Kind == Note:
		t.stream.Apply(m)
	}
}

// missed asks for the board, because this tab's lacks an event.
func (t *Tab) missed(now time.Duration) {
	t.synced = false
	t.due = now + t.pause()
	t.question(now, Ask)
}

// question asks the leader something.
func (t *Tab) question(now time.Duration, k Kind) {
	t.questioned = now
	t.unanswered++
	t.post(Message{Kind: k})
}

// Retry asks the leader to make its next attempt now.
func (t *Tab) Retry(now time.Duration) {
	if t.role == Follower {
		t.question(now, Retry)
	}
}

// Status returns the leader's status. It is "" if this tab does not follow, has not the leader's board, or has no sign
// of the leader: then the tab's own status holds. A hidden tab, which rarely asks, gets some time when it is shown.
func (t *Tab) Status(now time.Duration) string {
	if t.role != Follower || !t.synced || t.visible && now-max(t.heard, t.visibleSince) >= doubtAfter {
		return ""
	}
	return t.status
}

// Visible reports whether the tab has become visible or hidden.
func (t *Tab) Visible(now time.Duration, visible bool) {
	if visible == t.visible {
		return
	}
	t.visible, t.visibleSince = visible, now
	if t.leads() {
		if visible {
			t.wake()
		}
		t.beat()
		return
	}
	t.unanswered, t.due = 0, now
	t.Tick(now)
}

// Tick does what is due. It must be called after the duration that Next returns, or later.
func (t *Tab) Tick(now time.Duration) {
	t.outlast(now)
	t.rest(now)
	if t.role != Follower || now < t.due {
		return
	}
	if now-t.due > 2*beat { // this tab did not run, and the answers may wait for it
		t.unanswered = 0
	}
	t.due = now + t.pause()
	patient := t.patience
	if t.heard == 0 {
		patient = max(patient, patienceNew)
	}
	takesOver := t.synced && t.leaderHidden != 0 && now-max(t.leaderHidden, t.visibleSince) >= t.handover()
	switch {
	case t.visible && (t.unanswered >= patient || takesOver):
		t.unanswered, t.leaderHidden = 0, 0
		t.wire.Lock(Steal)
	case !t.synced:
		t.question(now, Ask)
	case t.unanswered > 0, now-t.heard >= beat, now-t.questioned >= companyEvery:
		t.question(now, Ping)
	}
}

// pause returns the time between two ticks.
func (t *Tab) pause() time.Duration {
	switch {
	case t.visible:
		return beat
	case !t.synced:
		return askHidden
	}
	return beatHidden
}

// handover returns after which time the tab takes over from a hidden one. It differs from that of most other tabs.
func (t *Tab) handover() time.Duration { return handover + time.Duration(t.id[len(t.id)-1]%16)*beat }

// Next returns how long no Tick is needed. It is 0 when there is nothing to wait for.
func (t *Tab) Next(now time.Duration) time.Duration {
	switch {
	case t.role == Follower:
		return max(t.due-now, time.Millisecond)
	case t.leads() && t.rival != "":
		return max(t.rivalSince+rivalFor-now, time.Millisecond)
	case t.role == Leader && !t.visible:
		return max(t.restAt()-now, time.Millisecond)
	}
	return 0
}
