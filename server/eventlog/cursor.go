package eventlog

import "slices"

// A Cursor is a viewer's place in the log. Its zero value is of no use; [Log.Cursor] returns them. A cursor belongs to
// one goroutine at a time.
type Cursor struct {
	log    *Log
	at     Position
	form   Form
	lost   bool // a snapshot comes next
	ended  bool
	begun  bool // the gzip header has gone out
	joined bool // has had, since the last keyframe, the shared compressed stream and nothing else
}

// Next is what a viewer gets next.
type Next struct {
	Bytes  []byte // encoded events, shared by all viewers: read only. None when the cursor is at the head
	Events int    // how many
	Ended  bool   // these are the last: no more will come
}

// freeReplay is how many bytes of replay are never replaced by a snapshot: they fit the ten segments that a TCP sender
// may send at once (RFC 6928), so a snapshot could not arrive earlier, and single events say what has changed.
const freeReplay = 10 * 1460

// Cursor returns a cursor that goes on after the event with this ID. When the ID is no position inside the window (it
// is empty, too old, from the future, from another life of the log, or no position at all), or when replaying would
// cost more bytes than the whole board, the cursor starts with a snapshot of the board at the log's head. An ID that
// is an end's yields ErrEnded. All that the cursor gives out is in the given form.
func (l *Log) Cursor(lastEventID string, form Form) (Cursor, error) {
	c := Cursor{log: l, form: form, lost: true}
	p, ok := ParsePosition(lastEventID)
	if !ok {
		return c, nil
	}
	l.mu.Lock()
	ended := slices.Contains(l.ends, p)
	cost, held := l.history.cost(p)
	l.mu.Unlock()
	if ended {
		return c, ErrEnded
	}
	if !held {
		return c, nil
	}
	if cost > freeReplay {
		if board, _ := l.Snapshot(); cost > len(board) {
			return c, nil
		}
	}
	c.at, c.lost = p, false
	return c, nil
}

// Fresh says whether a snapshot comes next: the viewer was not resumed, or has fallen off the window.
func (c *Cursor) Fresh() bool { return c.lost }

// Position is that of the last event that Next has handed out.
func (c *Cursor) Position() Position { return c.at }

// Next returns what comes next and moves on. It never blocks. A cursor that has fallen off the window goes on with
// a snapshot. In the plain form that is all there is; in the others, what followers have been woken for.
func (c *Cursor) Next() Next {
	if c.ended {
		return Next{Ended: true}
	}
	if !c.lost {
		if next, err := c.follow(); err == nil {
			return next
		}
	}
	c.lost, c.joined = false, false
	next := Next{Events: 1}
	if c.form&Gzip != 0 {
		next.Bytes, c.at = c.log.compressedSnapshot()
		next.Bytes = c.begin(next.Bytes)
	} else {
		next.Bytes, c.at = c.log.Snapshot()
	}
	return next
}

func (c *Cursor) follow() (Next, error) {
	l := c.log
	l.mu.Lock()
	limit := l.endAfter(c.at)
	var t *tick
	if c.form != 0 {
		if c.at >= l.edge {
			l.mu.Unlock()
			return Next{}, nil
		}
		if t = l.tickAt(c.at); t == nil { // inside a tick, or further behind than ticks are kept
			limit = min(limit, l.edgeAfter(c.at))
		}
	}
	if t != nil {
		l.mu.Unlock()
		return c.share(t), nil
	}
	records, events, last, ok := l.history.since(c.at, limit)
	c.ended = slices.Contains(l.ends, last) && last != c.at
	l.mu.Unlock()
	if !ok {
		c.ended = false
		return Next{}, ErrGone
	}
	from := c.at
	c.at = last
	if c.form&Gzip != 0 && len(records) > 0 {
		c.joined = false
		records = c.begin(l.zip.span(from, last, records))
	}
	return Next{Bytes: records, Events: events, Ended: c.ended}, nil
}

// share returns the tick that begins at the cursor, in the shape that it shares with the most viewers.
func (c *Cursor) share(t *tick) Next {
	s := shape(c.form)
	if c.form&Gzip != 0 {
		if c.joined = c.joined || t.key; c.joined {
			s |= chained
		} else {
			c.log.waiting.Store(true)
		}
	}
	c.at, c.ended = t.to, t.ended
	return Next{Bytes: c.begin(t.encode(s, &c.log.zip)), Events: t.events, Ended: t.ended}
}

// Wrap returns a text that is not from the log, a heartbeat for one, as the cursor's viewer has to get it: between two
// Nexts, at most 64 KiB.
func (c *Cursor) Wrap(text []byte) []byte {
	if c.form&Gzip == 0 {
		return text
	}
	c.joined = false
	return c.begin(stored(text))
}

// begin puts the gzip header before what goes out first.
func (c *Cursor) begin(b []byte) []byte {
	if c.begun || c.form&Gzip == 0 {
		return b
	}
	c.begun = true
	return append(slices.Clone(gzipHeader), b...)
}

// endAfter is the position of the first end after p, or the greatest position there is.
func (l *Log) endAfter(p Position) Position {
	for _, e := range l.ends {
		if e > p {
			return e
		}
	}
	return ^Position(0)
}

// edgeAfter is the first edge of a tick after p.
func (l *Log) edgeAfter(p Position) Position {
	edge := l.edge
	for i := len(l.ticks) - 1; i >= 0 && l.ticks[i].from > p; i-- {
		edge = l.ticks[i].from
	}
	return edge
}

// A Memo shares the work of Next among cursors at the same places: the first does it, the others copy. Its zero value is
// ready. It must be new for each round, and belongs to one goroutine.
type Memo struct {
	steps [4]step // the last that were taken, round and round: nearly all cursors stand at one place, or one step from it
	turn  int
}

type step struct {
	before, after Cursor
	next          Next
}

// Next is c.Next.
func (m *Memo) Next(c *Cursor) Next {
	for i := range m.steps {
		if s := &m.steps[i]; s.before == *c {
			*c = s.after
			return s.next
		}
	}
	s := &m.steps[m.turn%len(m.steps)]
	m.turn++
	s.before = *c
	s.next = c.Next()
	s.after = *c
	return s.next
}
