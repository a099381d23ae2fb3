package share

import (
	"fmt"
	"slices"
	"time"
)

// Lock implements Wire.
func (b *tab) Lock(r Request) {
	w := b.w
	b.request++
	n := b.request
	w.note("%s: lock %s", b.name, [...]string{"released", "requested", "stolen"}[r])
	w.unlock(b)
	switch r {
	case Queue:
		w.queue = append(w.queue, b)
		w.grant()
	case Steal:
		if old := w.holder; old != nil {
			was := old.request
			w.answer(old, func() {
				if old.request == was {
					w.note("%s loses the lock", old.name)
					old.tab.Lost(old.clock())
				}
			})
		}
		w.holder = b
		w.answer(b, func() { b.granted(n) })
	}
}

// answer runs a task of the lock in a tab. Those of one tab keep their order.
func (w *world) answer(b *tab, run func()) {
	b.answered = max(b.answered, w.now+w.some())
	w.at(b.answered, b, run)
}

func (b *tab) granted(n int) {
	if b.request == n {
		b.w.note("%s has the lock", b.name)
		b.tab.Granted(b.clock())
	}
}

// unlock lets go of a tab's lock and of its request.
func (w *world) unlock(b *tab) {
	w.queue = slices.DeleteFunc(w.queue, func(other *tab) bool { return other == b })
	if w.holder == b {
		w.holder = nil
		w.grant()
	}
}

func (w *world) grant() {
	if w.holder == nil && len(w.queue) > 0 {
		b := w.queue[0]
		w.holder, w.queue = b, w.queue[1:]
		n := b.request
		w.answer(b, func() { b.granted(n) })
	}
}

// Post implements Wire.
func (b *tab) Post(m *Message) {
	data, head := m.Data, m.Head(b.w.now+b.w.set)
	if kind := [...]string{"ask", "", "retry", "lead", "event", "note", "board", "", "separate"}[m.Kind]; kind != "" {
		b.w.note("%s posts %s %d %s %s", b.name, kind, m.Seq, m.Type, data)
	}
	for _, other := range b.w.tabs {
		if other == b || other.closed {
			continue
		}
		at := max(b.w.now+b.w.some(), b.arrives[other])
		b.arrives[other] = at
		b.w.at(at, other, func() {
			m := ParseHead(b.w.now+b.w.set, head)
			m.Data = data
			other.tab.Receive(other.clock(), m)
		})
	}
}

// Become implements Stream.
func (b *tab) Become(r Role) {
	b.w.note("%s becomes %s with event %d", b.name, [...]string{"out", "follower", "leader", "resting"}[r], b.board)
	b.open, b.live = false, false
	b.opened++
	if r == Leader {
		b.connect()
	} else {
		b.report()
	}
}

// Snapshot implements Stream.
func (b *tab) Snapshot() []Message {
	if b.board < 0 {
		return nil
	}
	note := Message{Kind: Note, Type: "flightBoard", Data: "0", Age: time.Hour}
	return []Message{{Kind: Board, Data: fmt.Sprint(b.board)}, note}
}

// Apply implements Stream.
func (b *tab) Apply(m *Message) bool {
	var n int
	if _, err := fmt.Sscan(m.Data, &n); err != nil {
		b.w.fatal("%s cannot read %q", b.name, m.Data)
	}
	if m.Kind != Note {
		b.apply(n, m.Kind == Board || m.Type == snapshotType)
	}
	return true
}

// apply applies an event to the board. It is the next, or the whole board.
func (b *tab) apply(n int, whole bool) {
	if !whole && n != b.board+1 {
		b.w.fatal("%s has event %d, and gets %d", b.name, b.board, n)
	}
	b.board = n
}

// connect opens a connection, on which the server sends what the board lacks.
func (b *tab) connect() {
	b.opened++
	n := b.opened
	b.open = true
	b.report()
	b.w.after(b.w.some(), b, func() { b.connected(n) })
}

func (b *tab) connected(n int) {
	w := b.w
	switch {
	case b.opened != n:
		return
	case w.down:
		b.open = false
		w.after(500*time.Millisecond, b, func() {
			if b.opened == n {
				b.connect()
			}
		})
		return
	}
	b.live = true
	if b.board < 0 || w.log-b.board > 30 {
		b.brought(n, w.log, true)
	}
	for b.board < w.log {
		b.brought(n, b.board+1, false)
	}
	b.report()
}

// brought handles an event of the connection.
func (b *tab) brought(n, event int, whole bool) {
	if b.opened != n || !b.live {
		return
	}
	if !whole && event <= b.board {
		return // the server sent it twice in this model: with the catching up, and when it was published
	}
	b.apply(event, whole)
	eventType := "message"
	if whole {
		eventType = snapshotType
	}
	data := fmt.Sprint(event)
	b.tab.Relay(b.clock(), Event, eventType, data, data)
	if b.w.random != nil && b.w.random.IntN(5) == 0 {
		b.tab.Relay(b.clock(), Note, "heartbeat", "", "0")
	}
}

// report passes the connection's status on.
func (b *tab) report() {
	status := "reconnecting"
	if b.live {
		status = "live"
	}
	b.tab.SetStatus(b.clock(), status)
}
