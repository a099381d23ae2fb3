package eventlog

import (
	"strconv"
	"sync"

	"flightboard/timetable"
)

// A tick is the records that were appended between two wake-ups: one record in quiet times, those of a few milliseconds
// under load. Viewers share it. Each shape of it is encoded when the first viewer needs it.
type tick struct {
	from, to Position
	runs     []run // the records, in as many runs as chunks hold them
	events   int
	ended    bool // the last record is an end
	key      bool // a keyframe: compressed, it refers to nothing before it
	timing   *Timing

	mu     sync.Mutex
	shapes [shapes]piece
}

// The intervals of keyframes, at which viewers can join the shared compressed stream. Each costs some 60 bytes.
const (
	keyTicks = 128      // ticks between two keyframes, at most
	keyBytes = 64 << 10 // bytes of records between them, at most: deflate refers no further back than 32 KiB
	keyEarly = 16       // ticks between them if a viewer waits and credit is left; a pause is always followed by one
	oldTicks = 256      // ticks that are kept in their encoded shapes; a viewer further behind gets single records
)

// cut ends the current tick at the head. It is called with mu held when followers are about to be woken.
func (l *Log) cut(paused bool) {
	from := l.edge
	for from < l.history.head {
		end := l.endAfter(from)
		t := &tick{from: from, to: min(l.history.head, end), ended: l.history.head >= end, timing: l.gathering}
		for p := from; p < t.to; {
			run, last, ok := l.history.since(p, t.to, false)
			if !ok { // the tick has more records than the window
				t.from = l.history.oldest() - 1
				p, t.runs, t.events = t.from, nil, 0
				continue
			}
			t.runs, t.events, p = append(t.runs, run), t.events+len(run.records), last
			l.keyBytes += len(run.text)
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
	l.gathering = nil
}

// plain returns the records of the tick in one piece.
func (t *tick) plain() []byte {
	if len(t.runs) == 1 {
		return t.runs[0].text
	}
	var text []byte
	for _, r := range t.runs {
		text = append(text, r.text...)
	}
	return text
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

// encode returns the tick in a shape, the same bytes for all callers.
func (t *tick) encode(s shape, z *compressor) piece {
	t.mu.Lock()
	defer t.mu.Unlock()
	if p := t.shapes[s]; p.chunk != nil {
		return p
	}
	var text []byte
	if Form(s)&Batch != 0 {
		text = t.appendBatch(nil)
	}
	if text == nil {
		text = t.plain()
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

// appendBatch appends one flightChanges event, with the ID of the last record. It returns nil if the records are sent
// one by one instead: a single record, a snapshot, which has several lines, or the log's end.
func (t *tick) appendBatch(dst []byte) []byte {
	if t.events < 2 {
		return nil
	}
	dst = append(dst, "event: flightChanges\n"...)
	for _, r := range t.runs {
		text := r.text
		for i, e := range r.records {
			if !e.single {
				return nil
			}
			record := text
			if i+1 < len(r.records) {
				record = text[:r.records[i+1].start-e.start]
			}
			text = text[len(record):]
			eventType := record[len(fieldEvent):][:e.typed]
			dst = append(dst, "data: {"...)
			dst = timetable.AppendEnvelope(dst, eventType, record[e.data:len(record)-len("\n\n")])
			dst = append(dst, "}\n"...)
		}
	}
	dst = append(dst, "id: "...)
	dst = strconv.AppendUint(dst, uint64(t.to), 10)
	return append(dst, "\n\n"...)
}
