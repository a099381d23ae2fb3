package eventlog

import "slices"

// A Cursor is a viewer's place in the log. Its zero value is not usable: [Log.Cursor] returns cursors. It is not safe
// for concurrent use.
type Cursor struct {
	place
	sum sum // of all text that it has returned, in the Gzip form
}

// A place is the part of a cursor that decides what comes next: cursors at the same place get the same bytes.
type place struct {
	log     *Log
	at      Position
	form    Form
	chunked bool
	lost    bool // a snapshot comes next
	ended   bool
	begun   bool // the gzip header was returned
	joined  bool // has had, since the last keyframe, the shared compressed stream and nothing else
	short   bool // is finished soon, so it does not join
	exact   bool // gets no snapshot, and continues after an end
}

// A Next is the next part of a viewer's stream.
type Next struct {
	Bytes  []byte  // encoded events, shared by all viewers: read only. None when the cursor is at the head
	Events int     // how many
	Ended  bool    // these are the last events of the stream
	Timing *Timing // of the events, or of the tick that they are in; nil: a snapshot, or unknown because it is old
	check  *checksum
}

// freeReplay is the size in bytes up to which a replay is never replaced by a snapshot: it fits the ten segments that a
// TCP sender may send at once (RFC 6928), so a snapshot could not arrive earlier, and single events show what has
// changed.
const freeReplay = 10 * 1460

// Cursor returns a cursor that continues after the event with this ID, in the given form. If the ID is not a position
// inside the window (it is empty, too old, from the future, from another run of the server, or not a position at all),
// or if a replay would take more bytes than the board, the cursor starts with a snapshot at the log's head. For the ID
// of the log's end it returns ErrEnded.
func (l *Log) Cursor(lastEventID string, form Form) (Cursor, error) {
	c := Cursor{place: place{log: l, form: form, lost: true}}
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

// Exact returns a cursor in the plain form for another log that follows this one. It returns every record after the
// event with this ID, and continues after the log's end. It returns ErrGone for an ID that is not a position inside the
// window; a cursor whose position is no longer in the window returns Ended without bytes.
func (l *Log) Exact(lastEventID string) (Cursor, error) {
	p, ok := ParsePosition(lastEventID)
	l.mu.Lock()
	defer l.mu.Unlock()
	if ok {
		_, ok = l.history.cost(p)
	}
	if !ok {
		return Cursor{}, ErrGone
	}
	return Cursor{place: place{log: l, at: p, exact: true}}, nil
}

// Chunked makes the cursor return whole chunks of an HTTP/1.1 body (RFC 9112, 7.1), and the last chunk with the end of
// the log. It must be called before Next and Wrap.
func (c *Cursor) Chunked() { c.chunked = true }

// Short tells the cursor that Finish follows soon. No keyframe is made for it. It must be called before Next.
func (c *Cursor) Short() { c.short = true }

// Finish returns the bytes that end the stream at the cursor's place, before the log's end: in the Gzip form the
// trailer of the gzip stream. The cursor must have returned bytes, not with the log's end, and must not be used
// afterwards.
func (c *Cursor) Finish() []byte { return c.end() }

// Form returns the form of the cursor.
func (c *Cursor) Form() Form { return c.form }

// Fresh reports whether a snapshot comes next: the viewer was not resumed, or its position is no longer in the window.
func (c *Cursor) Fresh() bool { return c.lost }

// Position returns the position of the last event that Next returned.
func (c *Cursor) Position() Position { return c.at }

// Next returns the next part of the stream and moves the cursor behind it. It does not wait for viewers or publishers,
// but it may encode and compress. A cursor whose position is no longer in the window continues with a snapshot. In the
// plain form a part may have the newest records; in the other forms it ends at the last wake-up of followers.
func (c *Cursor) Next() Next { return c.account(c.place.next()) }

// account adds the bytes to the cursor's sum, and finishes the stream after the last event.
func (c *Cursor) account(next Next) Next {
	if next.check != nil {
		c.sum.add(next.check)
	}
	if next.Ended && len(next.Bytes) > 0 {
		next.Bytes = append(next.Bytes, c.end()...) // copies, for the bytes have no room
	}
	return next
}

// end returns the bytes after the last event, by which a client can tell the end of the stream from a cut.
func (c *Cursor) end() (text []byte) {
	if c.form&Gzip != 0 {
		text = c.pack(c.sum.appendTrailer(nil))
	}
	if c.chunked {
		text = append(text, "0\r\n\r\n"...)
	}
	return text
}

// pack returns a text that is for one viewer only, in a chunk if the form needs one.
func (p *place) pack(text []byte) []byte {
	if !p.chunked {
		return text
	}
	return newPiece(text).chunk
}

func (p *place) next() Next {
	if p.ended {
		return Next{Ended: true}
	}
	if !p.lost {
		next, err := p.follow()
		if err == nil {
			return next
		}
		if p.exact {
			p.ended = true
			return Next{Ended: true}
		}
	}
	p.lost, p.joined = false, false
	var v piece
	if p.form&Gzip != 0 {
		v, p.at = p.log.compressedSnapshot()
	} else {
		v, p.at = p.log.plainSnapshot()
	}
	return p.give(v, 1, nil)
}

// give returns a piece in the place's form.
func (p *place) give(v piece, events int, timing *Timing) Next {
	return Next{Bytes: p.begin(v.bytes(p.chunked)), Events: events, Ended: p.ended, Timing: timing, check: v.check}
}

func (p *place) follow() (Next, error) {
	l := p.log
	l.mu.Lock()
	if p.at > l.history.head { // the log was restored at an earlier position
		l.mu.Unlock()
		return Next{}, ErrGone
	}
	limit := l.endAfter(p.at)
	var t *tick
	if p.form != 0 {
		if p.at >= l.edge {
			l.mu.Unlock()
			return Next{}, nil
		}
		if t = l.tickAt(p.at); t == nil { // inside a tick, or behind the oldest tick that is kept
			limit = min(limit, l.edgeAfter(p.at))
		}
	}
	if t != nil {
		l.mu.Unlock()
		return p.share(t), nil
	}
	compressed := p.form&Gzip != 0
	run, last, ok := l.history.since(p.at, limit, compressed || p.chunked)
	timing := l.timingAt(p.at)
	p.ended = slices.Contains(l.ends, last) && last != p.at && !p.exact
	l.mu.Unlock()
	if !ok {
		p.ended = false
		return Next{}, ErrGone
	}
	from := p.at
	p.at = last
	switch {
	case len(run.text) == 0:
		return Next{}, nil
	case compressed:
		p.joined = false
		return p.give(l.zip.span(from, last, run.text), len(run.records), timing), nil
	case p.chunked:
		return p.give(l.chunks.span(from, last, run.text), len(run.records), timing), nil
	}
	return Next{Bytes: run.text, Events: len(run.records), Ended: p.ended, Timing: timing}, nil
}

// share returns the tick that begins at the place, in the shape that it shares with the most viewers.
func (p *place) share(t *tick) Next {
	s := shape(p.form)
	if p.form&Gzip != 0 {
		if p.joined = p.joined || t.key; p.joined {
			s |= chained
		} else if !p.short {
			p.log.waiting.Store(true)
		}
	}
	p.at, p.ended = t.to, t.ended
	return p.give(t.encode(s, &p.log.zip), t.events, t.timing)
}

// Wrap encodes an out-of-band event, such as a heartbeat, in the cursor's form. The caller writes it between two Nexts.
// The text stays the caller's, and may itself be the result.
func (c *Cursor) Wrap(text []byte) []byte {
	if c.form&Gzip == 0 {
		return c.pack(text)
	}
	c.joined = false
	c.sum.write(text)
	return c.begin(c.pack(stored(text)))
}

// begin puts the gzip header before the first bytes of the stream.
func (p *place) begin(b []byte) []byte {
	if p.begun || p.form&Gzip == 0 {
		return b
	}
	p.begun = true
	return slices.Concat(p.pack(gzipHeader), b)
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

// A Memo shares the work of Next among cursors at the same places: the first does it, the others copy. Its zero value
// is ready to use. It must be new for each round, and is not safe for concurrent use.
type Memo struct {
	steps [4]step // the last steps, in a ring: nearly all cursors are at one place, or one step from it
	turn  int
}

type step struct {
	before, after place
	next          Next
}

// Next is c.Next.
func (m *Memo) Next(c *Cursor) Next {
	for i := range m.steps {
		if s := &m.steps[i]; s.before == c.place {
			c.place = s.after
			return c.account(s.next)
		}
	}
	s := &m.steps[m.turn%len(m.steps)]
	m.turn++
	s.before = c.place
	s.next = c.place.next()
	s.after = c.place
	return c.account(s.next)
}
