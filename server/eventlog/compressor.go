package eventlog

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"sync"
	"time"
)

// A compressor makes the pieces of all compressed streams. A DEFLATE stream (RFC 1951) consists of blocks, and a flush
// ends a block at a byte boundary. Blocks of different compressors can follow each other, as long as none refers to
// text that its reader does not have.
//
// A tick is compressed in two ways. A chained tick refers to the ticks before it, back to the last keyframe. It is for
// viewers that have had exactly those ticks since the keyframe. A tick that is compressed alone refers to nothing, and
// is for all other viewers. So no viewer needs a compressor of its own, and each piece is made once.
type compressor struct {
	chains    [2]chain // of plain and of batched ticks
	ticks     deflater // each alone
	snapshots deflater // apart, because they take long and ticks must not wait for them
	spans     deflater
	recent    spans
	budget    budget // of spans
}

// A chain compresses ticks that refer to each other.
type chain struct {
	deflater
	at Position // of the last tick that was compressed
}

// A deflater compresses one text after the other.
type deflater struct {
	mu     sync.Mutex
	to     *flate.Writer
	buffer bytes.Buffer
}

// alone compresses a text that refers to nothing before it.
func (d *deflater) alone(text []byte) piece {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.write(text, true)
}

// write compresses the text into whole bytes. Anew, it refers to nothing before it.
func (d *deflater) write(text []byte, anew bool) piece {
	d.buffer.Reset()
	switch {
	case d.to == nil:
		d.to, _ = flate.NewWriter(&d.buffer, flate.DefaultCompression) // the only error is an unknown level
	case anew:
		d.to.Reset(&d.buffer)
	}
	d.to.Write(text) // a write to a buffer does not fail
	d.to.Flush()
	p := newPiece(d.buffer.Bytes())
	p.check = newChecksum(text)
	return p
}

// chain compresses a tick that follows the one before it, unless it is a keyframe.
func (z *compressor) chain(t *tick, text []byte, batch bool) piece {
	c := &z.chains[0]
	if batch {
		c = &z.chains[1]
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	// Every chained reader has had every tick, so at == from; otherwise the tick begins anew.
	anew := t.key || c.at != t.from
	c.at = t.to
	return c.write(text, anew)
}

// spanBudget is the number of bytes a second that are compressed for viewers that share their place with no other: a
// fifth of one processor's time. Records over the budget are sent uncompressed, so clients cannot delay the ticks of
// other viewers by their choice of event IDs.
const spanBudget = 8 << 20

// span compresses the records from one position to another, alone. Viewers that lost their connections at the same
// time share it.
func (z *compressor) span(from, to Position, records []byte) piece {
	z.spans.mu.Lock()
	defer z.spans.mu.Unlock()
	p, ok := z.recent.find(from, to)
	switch {
	case ok:
	case z.budget.take(len(records)):
		p = z.spans.write(records, true)
		z.recent.keep(from, to, p)
	default:
		p = newPiece(stored(records))
		p.check = newChecksum(records)
	}
	return p
}

// spans are the newest spans, for viewers inside a tick or behind the oldest tick that is kept. Its methods are called
// with a lock held.
type spans struct {
	recent [16]span
	turn   int
}

type span struct {
	from, to Position
	piece
}

func (s *spans) find(from, to Position) (piece, bool) {
	for i := range s.recent {
		if r := &s.recent[i]; r.from == from && r.to == to && r.chunk != nil {
			return r.piece, true
		}
	}
	return piece{}, false
}

func (s *spans) keep(from, to Position, p piece) {
	s.recent[s.turn%len(s.recent)] = span{from, to, p}
	s.turn++
}

// A budget allows spanBudget bytes a second, and a 32nd of them at once.
type budget struct {
	spent float64 // bytes that were spent and are not allowed again yet
	at    time.Time
}

// take reports whether n bytes may be spent now, and spends them.
func (b *budget) take(n int) bool {
	now := time.Now()
	b.spent = max(0, b.spent-now.Sub(b.at).Seconds()*spanBudget)
	b.at = now
	if b.spent > spanBudget/32 {
		return false
	}
	b.spent += float64(n)
	return true
}

// stored returns text as blocks that are not compressed, for texts that are short or for one viewer only. An empty
// block follows, as after a flush, because Go's own reader returns nothing before it.
func stored(text []byte) []byte {
	const most = 1<<16 - 1
	blocks := make([]byte, 0, len(text)+5*(len(text)/most+2))
	for more := true; more; {
		n := min(len(text), most)
		blocks = append(blocks, 0)
		blocks = binary.LittleEndian.AppendUint16(blocks, uint16(n))
		blocks = binary.LittleEndian.AppendUint16(blocks, ^uint16(n))
		blocks = append(blocks, text[:n]...)
		text, more = text[n:], n > 0
	}
	return blocks
}
