package eventlog

import (
	"bytes"
	"sort"

	"flightboard/timetable"
)

var snapshotType = timetable.KindReplace.EventType()

// history is the window: the newest encoded records, up to a number of bytes. Their positions increase by one from
// record to record, except for gaps that a restart may leave.
type history struct {
	chunks []*chunk
	head   Position // of the newest record; in an empty log the position before the first
	size   int      // bytes that the chunks occupy
	limit  int
	grain  int           // a chunk's size
	ready  <-chan []byte // texts for new chunks, while a start adds many
}

// A chunk holds records of consecutive positions, one after the other. Its text never grows beyond its first capacity,
// so the parts that readers have never change, even after the chunk is dropped.
type chunk struct {
	first   Position
	text    []byte
	records []entry
}

// An entry is the place of a record and its parts in a chunk, so that the text need not be parsed.
type entry struct {
	start  uint32 // in the chunk's text
	typed  uint8  // length of the event type, which follows fieldEvent
	data   uint8  // where the data begins, counted from start; it ends before the last two bytes
	single bool   // the data has one line
}

// The fields of an encoded record, in their order.
const (
	fieldEvent = "event: "
	fieldID    = "\nid: "
	fieldData  = "\ndata: "
)

// newEntry returns the entry of the record at p, which begins at start.
func newEntry(start int, p Position, eventType string, record []byte) entry {
	data := len(fieldEvent) + len(eventType) + len(fieldID) + p.digits() + len(fieldData)
	// The log's end has empty data, and a snapshot has one line for each flight.
	single := len(record)-2 > data && (eventType != snapshotType || bytes.IndexByte(record[data:len(record)-2], '\n') < 0)
	return entry{uint32(start), uint8(len(eventType)), uint8(data), single}
}

// last is the position of the chunk's newest record.
func (c *chunk) last() Position { return c.first + Position(len(c.records)) - 1 }

func newHistory(head Position, limit int) history {
	return history{head: head, limit: limit, grain: min(max(limit/16, 4<<10), 256<<10)}
}

// add appends the record at p, which is later than the head.
func (h *history) add(p Position, eventType string, record []byte) {
	h.head = p
	c := (*chunk)(nil)
	if len(h.chunks) > 0 {
		c = h.chunks[len(h.chunks)-1]
	}
	if c == nil || p != c.last()+1 || len(c.text)+len(record) > cap(c.text) {
		records := make([]entry, 0, 16)
		if c != nil {
			records = make([]entry, 0, len(c.records)+len(c.records)/8)
		}
		c = &chunk{first: p, text: h.newText(len(record)), records: records}
		h.chunks = append(h.chunks, c)
		h.size += cap(c.text)
		for h.size > h.limit && len(h.chunks) > 1 {
			h.size -= cap(h.chunks[0].text)
			h.chunks[0] = nil
			h.chunks = h.chunks[1:]
		}
	}
	c.records = append(c.records, newEntry(len(c.text), p, eventType, record))
	c.text = append(c.text, record...)
}

// newText returns an empty text for a chunk whose first record has n bytes.
func (h *history) newText(n int) []byte {
	select {
	case text := <-h.ready:
		if n <= cap(text) {
			return text
		}
	default:
	}
	return make([]byte, 0, max(h.grain, n))
}

// oldest is the position of the oldest record that is kept, or one that is yet to come when there is none.
func (h *history) oldest() Position {
	if len(h.chunks) == 0 {
		return h.head + 1
	}
	return h.chunks[0].first
}

// find returns the place of the first record after p: its chunk, and its number there. ok is false when p is outside
// the window: too old, in a gap, or later than the head. At the head there is no such record, and i is len(h.chunks).
func (h *history) find(p Position) (i, n int, ok bool) {
	if p >= h.head {
		return len(h.chunks), 0, p == h.head
	}
	i = sort.Search(len(h.chunks), func(i int) bool { return h.chunks[i].first > p+1 }) - 1
	if i < 0 {
		return 0, 0, false
	}
	switch last := h.chunks[i].last(); {
	case p < last:
		return i, int(p + 1 - h.chunks[i].first), true
	case p == last:
		return i + 1, 0, true
	}
	return 0, 0, false
}

// cell is the number of bytes of records that are copied or compressed at once. A longer run ends at the end of the
// cell in which it begins, so that readers that begin at different places share the runs behind it.
const cell = 64 << 10

// A run is a number of records that are next to each other in a chunk.
type run struct {
	text    []byte
	records []entry
}

// since returns the records after p up to the end of the chunk, but none after end, and the position of the last of
// them. If cells is set, it returns hardly more than a cell. At the head it returns nothing. ok is false if p is
// outside the window.
func (h *history) since(p, end Position, cells bool) (r run, last Position, ok bool) {
	i, n, ok := h.find(p)
	if !ok || i == len(h.chunks) {
		return run{}, p, ok
	}
	c := h.chunks[i]
	to := len(c.text)
	if last = c.last(); end < last {
		last, to = end, int(c.records[end+1-c.first].start)
	}
	if from := int(c.records[n].start); cells && to-from > cell {
		border := (from/cell + 1) * cell
		next := n + 1 + sort.Search(int(last-c.first)-n, func(i int) bool { return int(c.records[n+1+i].start) >= border })
		if next <= int(last-c.first) {
			last, to = c.first+Position(next)-1, int(c.records[next].start)
		}
	}
	return run{c.text[c.records[n].start:to:to], c.records[n : last-c.first+1]}, last, true
}

// cost is the number of bytes after p; ok is false outside the window.
func (h *history) cost(p Position) (bytes int, ok bool) {
	i, n, ok := h.find(p)
	if !ok || i == len(h.chunks) {
		return 0, ok
	}
	bytes = -int(h.chunks[i].records[n].start)
	for _, c := range h.chunks[i:] {
		bytes += len(c.text)
	}
	return bytes, true
}
