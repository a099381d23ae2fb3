package eventlog

import "slices"

// A Cursor is a viewer's place in the log. Its zero value is of no use; [Log.Cursor] returns them. A cursor belongs to
// one goroutine at a time.
type Cursor struct {
	log   *Log
	at    Position
	lost  bool // a snapshot comes next
	ended bool
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
// is an end's yields ErrEnded.
func (l *Log) Cursor(lastEventID string) (Cursor, error) {
	c := Cursor{log: l, lost: true}
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
// a snapshot.
func (c *Cursor) Next() Next {
	if c.ended {
		return Next{Ended: true}
	}
	if !c.lost {
		records, events, last, ended, err := c.log.since(c.at)
		if err == nil {
			c.at, c.ended = last, ended
			return Next{Bytes: records, Events: events, Ended: ended}
		}
	}
	bytes, at := c.log.Snapshot()
	c.at, c.lost = at, false
	return Next{Bytes: bytes, Events: 1}
}

// since returns records after p that lie together, up to an end if one is among them.
func (l *Log) since(p Position) (records []byte, events int, last Position, ended bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	end := ^Position(0)
	for _, e := range l.ends {
		if e > p {
			end = e
			break
		}
	}
	records, events, last, ok := l.history.since(p, end)
	if !ok {
		return nil, 0, p, false, ErrGone
	}
	return records, events, last, last == end, nil
}
