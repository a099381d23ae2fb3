package eventlog

import (
	"bytes"
	"sync"
)

// A tick is all records that were appended between two wake-ups: one when it is quiet, a few milliseconds' worth under
// load. It is the unit that viewers share. Each shape of it is encoded when the first viewer asks for it.
type tick struct {
	from, to Position
	pieces   [][]byte // the records, in as many pieces as chunks hold them
	events   int
	ended    bool // the last record is an end
	key      bool // a keyframe: compressed, it refers to nothing before it

	mu     sync.Mutex
	shapes [shapes]piece
}

// How often the compressed stream has a keyframe, where viewers can join it. Each costs some 60 bytes.
const (
	keyTicks = 128      // at the latest after so many ticks
	keyBytes = 64 << 10 // or bytes of records: deflate refers no further back than 32 KiB
	keyEarly = 16       // earlier when a viewer waits for one, but on the average not more often; and after a pause
	oldTicks = 256      // so many ticks are kept in their encoded shapes; whoever is further behind gets single records
)

// cut ends the current tick at the head. It is called with mu held when followers are about to be woken.
func (l *Log) cut(paused bool) {
	from := l.edge
	for from < l.history.head {
		end := l.endAfter(from)
		t := &tick{from: from, to: min(l.history.head, end), ended: l.history.head >= end}
		for p := from; p < t.to; {
			piece, events, last, ok := l.history.since(p, t.to, false)
			if !ok { // more came within the tick than the window holds
				t.from = l.history.oldest() - 1
				p, t.pieces, t.events = t.from, nil, 0
				continue
			}
			t.pieces, t.events, p = append(t.pieces, piece), t.events+events, last
			l.keyBytes += len(piece)
		}
		l.keyTicks++
		l.keyCredit = min(l.keyCredit+1, 4*keyEarly)
		t.key = paused || t.from != from || l.keyTicks >= keyTicks || l.keyBytes >= keyBytes
		if !t.key && l.keyCredit >= keyEarly && l.waiting.Load() {
			t.key = true
			l.keyCredit -= keyEarly
		}
		if t.key {
			l.keyTicks, l.keyBytes = 0, 0
			l.waiting.Store(false)
		}
		if len(l.ticks) == oldTicks {
			l.ticks = append(l.ticks[:0], l.ticks[1:]...)
		}
		l.ticks = append(l.ticks, t)
		from, l.edge = t.to, t.to
	}
}

// plain returns the records of the tick in one piece.
func (t *tick) plain() []byte {
	if len(t.pieces) == 1 {
		return t.pieces[0]
	}
	return bytes.Join(t.pieces, nil)
}

// tickAt returns the tick that begins at p, or nil.
func (l *Log) tickAt(p Position) *tick {
	for i := len(l.ticks) - 1; i >= 0 && l.ticks[i].from >= p; i-- {
		if l.ticks[i].from == p {
			return l.ticks[i]
		}
	}
	return nil
}

// encode returns the tick in a shape, the same bytes for all who ask.
func (t *tick) encode(s shape, z *compressor) piece {
	t.mu.Lock()
	defer t.mu.Unlock()
	if p := t.shapes[s]; p.chunk != nil {
		return p
	}
	text := t.plain()
	if Form(s)&Batch != 0 {
		if batched := appendBatch(nil, text, t.events); batched != nil {
			text = batched
		}
	}
	var p piece
	switch {
	case s&chained != 0:
		p = z.chain(t, text, Form(s)&Batch != 0)
	case Form(s)&Gzip != 0:
		p = z.ticks.alone(text)
	default:
		p = newPiece(text)
	}
	t.shapes[s] = p
	return p
}

// appendBatch turns encoded records into one flightChanges event, with the ID of the last. It returns nil when they
// are better left as they are: a single one, a snapshot, which has more lines than one, or the log's end.
func appendBatch(dst, records []byte, events int) []byte {
	if events < 2 {
		return nil
	}
	var id []byte
	dst = append(dst, "event: flightChanges\n"...)
	for len(records) > 0 {
		eventType, rest, _ := bytes.Cut(records[len("event: "):], newline)
		id, rest, _ = bytes.Cut(rest[len("id: "):], newline)
		data, rest, _ := bytes.Cut(rest[len("data: "):], newline)
		if len(rest) == 0 || rest[0] != '\n' || len(data) == 0 {
			return nil
		}
		dst = append(dst, `data: {"event":"`...)
		dst = append(dst, eventType...)
		dst = append(dst, `","data":`...)
		dst = append(dst, data...)
		dst = append(dst, "}\n"...)
		records = rest[1:]
	}
	dst = append(dst, "id: "...)
	dst = append(dst, id...)
	return append(dst, "\n\n"...)
}

var newline = []byte{'\n'}
