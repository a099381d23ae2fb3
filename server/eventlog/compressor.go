package eventlog

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"sync"
)

// A compressor makes the pieces of which all compressed streams are put together. DEFLATE (RFC 1951) is made of blocks,
// and a flush ends one at a byte; blocks of different origin can follow each other as long as none refers to text that
// its reader does not have.
//
// A tick is compressed in two ways. Chained, it refers to the ticks before it, back to the last keyframe; it is for
// viewers who have had exactly those ticks, and nothing else, since then. Alone, it refers to nothing, and is for
// everybody else. So no viewer costs a compressor of its own, and each piece is made once.
type compressor struct {
	mu     sync.Mutex
	chains [2]chain // of plain and of batched ticks
	spare  *flate.Writer
	buffer bytes.Buffer
	spans  [8]span // the last that were asked for, round and round
	turn   int
}

// A span is what viewers get who were cut off inside a tick. Many who lost the server together share one.
type span struct {
	from, to Position
	text     []byte
}

type chain struct {
	to     *flate.Writer
	at     Position // of the last tick that went in
	buffer bytes.Buffer
}

// alone compresses text that refers to nothing before it.
func (z *compressor) alone(text []byte) []byte {
	z.mu.Lock()
	defer z.mu.Unlock()
	return z.fresh(text)
}

// span compresses the records from one position to another, alone.
func (z *compressor) span(from, to Position, records []byte) []byte {
	z.mu.Lock()
	defer z.mu.Unlock()
	for _, s := range z.spans {
		if s.from == from && s.to == to && s.text != nil {
			return s.text
		}
	}
	s := span{from, to, z.fresh(records)}
	z.spans[z.turn%len(z.spans)] = s
	z.turn++
	return s.text
}

func (z *compressor) fresh(text []byte) []byte {
	z.buffer.Reset()
	if z.spare == nil {
		z.spare, _ = flate.NewWriter(&z.buffer, flate.DefaultCompression) // the only error is an unknown level
	} else {
		z.spare.Reset(&z.buffer)
	}
	return flush(z.spare, &z.buffer, text)
}

// chain compresses a tick that follows the one before it, unless it is a keyframe.
func (z *compressor) chain(t *tick, text []byte, batch bool) []byte {
	z.mu.Lock()
	defer z.mu.Unlock()
	c := &z.chains[0]
	if batch {
		c = &z.chains[1]
	}
	if c.to == nil {
		c.to, _ = flate.NewWriter(&c.buffer, flate.DefaultCompression)
	} else if t.key || c.at != t.from {
		// Nobody's chain leads over a tick that nobody asked for; were it otherwise, this one would begin anew.
		c.to.Reset(&c.buffer)
	}
	c.at = t.to
	c.buffer.Reset()
	return flush(c.to, &c.buffer, text)
}

// stored returns text, at most 64 KiB of it, as a block that is not compressed: for what is short or for one viewer
// only. The empty block after it is what a flush ends with; Go's own reader hands nothing out before it sees one.
func stored(text []byte) []byte {
	n := uint16(len(text))
	block := binary.LittleEndian.AppendUint16([]byte{0}, n)
	block = binary.LittleEndian.AppendUint16(block, ^n)
	return append(append(block, text...), 0, 0, 0, 0xff, 0xff)
}

// flush writes the text as whole bytes.
func flush(w *flate.Writer, to *bytes.Buffer, text []byte) []byte {
	w.Write(text) // a buffer takes everything
	w.Flush()
	return bytes.Clone(to.Bytes())
}
