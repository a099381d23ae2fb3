package eventlog

import (
	"strconv"
	"sync"
)

// A piece is encoded text inside an HTTP/1.1 chunk (RFC 9112, 7.1): its size in hexadecimal digits, a line end, the
// text, a line end. Viewers that get the chunk and viewers that get only the text share its memory.
type piece struct {
	chunk []byte
	text  int       // where the text begins in the chunk
	check *checksum // of the text before it was compressed; nil: it is not compressed
}

const lineEnd = "\r\n"

// newPiece copies the text into a chunk. A chunk without text would end the body, so an empty text is an empty piece.
func newPiece(text []byte) piece {
	if len(text) == 0 {
		return piece{}
	}
	var digits [16]byte
	size := strconv.AppendUint(digits[:0], uint64(len(text)), 16)
	chunk := make([]byte, 0, len(size)+len(lineEnd)+len(text)+len(lineEnd))
	chunk = append(append(chunk, size...), lineEnd...)
	p := piece{text: len(chunk)}
	p.chunk = append(append(chunk, text...), lineEnd...)
	return p
}

// bytes returns the chunk, or the text alone.
func (p piece) bytes(chunked bool) []byte {
	if chunked || len(p.chunk) == 0 {
		return p.chunk
	}
	end := len(p.chunk) - len(lineEnd)
	return p.chunk[p.text:end:end]
}

// A chunker makes chunks of plain records. Viewers at one place share them.
type chunker struct {
	mu     sync.Mutex
	recent spans
}

// span returns the records from one position to another as a piece.
func (c *chunker) span(from, to Position, records []byte) piece {
	c.mu.Lock()
	defer c.mu.Unlock()
	p, ok := c.recent.find(from, to)
	if !ok {
		p = newPiece(records)
		c.recent.keep(from, to, p)
	}
	return p
}
