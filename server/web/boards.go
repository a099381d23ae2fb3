package web

import (
	"sync"
	"time"

	"flightboard/server/eventlog"
	"flightboard/timetable"
	"flightboard/timetable/view"
)

// boards keeps the newest copy of the board, and its representations, for requests for the whole board. Each
// representation is made once for a position, and the log is locked only while the board is copied.
//
// The work and the memory are bounded for any number of requests while the board changes. A request gets a board that
// is no older than the request, as long as there is credit for the work and memory for another copy. Otherwise it gets
// the newest copy.
type boards struct {
	log      *eventlog.Log
	describe func(now time.Time) Description // nil: there is nothing to say
	index    []byte                          // index.html, without rows; nil: there is none, or it may change

	mu      sync.Mutex
	newest  *version
	credit  float64   // bytes that may be written; negative when more were
	earned  time.Time // until when credit has been added
	sending int       // bytes of representations of earlier versions, which are still being sent
	crowded bool      // there was no memory for another version
}

const (
	workRate    = 32 << 20 // bytes of credit a second
	mostCredit  = 2 * workRate
	mostSending = 64 << 20         // bytes of all versions that are being sent, unless these are only two
	patience    = 30 * time.Second // for readers of earlier versions when there is no memory for another one
	copyWork    = 64               // bytes that can be written in the time in which a flight is copied
	aging       = time.Minute      // after which a version is made anew: the page tells its time
)

// A version is the board at one position.
type version struct {
	at              eventlog.Position
	made            time.Time
	flights         []timetable.Flight // of the board, in its order
	shown           timetable.Fields
	rows            []byte // of the page
	describes       Description
	zone            view.Zone // with the board's day
	representations [formats][2]representation
}

// A representation is a version in one format, plain or compressed. It is written at the first request for it.
type representation struct {
	*version
	boards  *boards
	format  format
	coding  string // gzip, or none
	once    sync.Once
	bytes   []byte // nil until it is written
	readers int    // the number of readers that have opened and not closed it
}

// open returns the newest version in a format and with a content coding. The caller must close it.
func (b *boards) open(f format, coding string) *representation {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.renew()
	r := &b.newest.representations[f][len(coding)/len("gzip")]
	r.readers++
	return r
}

// page returns index.html with the newest board in it.
func (b *boards) page(index []byte) []byte {
	b.mu.Lock()
	b.renew()
	v := b.newest
	b.mu.Unlock()
	return v.withRows(withDescription(index, v.describes))
}

// renew copies the board if it has changed since the newest version, or the time that the page tells is old, and credit
// and memory are left. If that version is being written, renew waits, so that the next version serves all requests that
// have come meanwhile. It is called with mu held.
func (b *boards) renew() {
	var head eventlog.Position
	b.log.Read(func(_ *timetable.Board, at eventlog.Position) { head = at })
	for b.newest == nil || (b.newest.at < head || time.Since(b.newest.made) > aging) && b.mayCopy() {
		r := b.newest.busy()
		if r == nil {
			b.copy()
			return
		}
		r.readers++
		b.mu.Unlock()
		r.text()
		b.mu.Lock()
		r.leave()
	}
}

func (b *boards) mayCopy() bool {
	now := time.Now()
	b.credit = min(b.credit+now.Sub(b.earned).Seconds()*workRate, mostCredit)
	b.earned = now
	if b.credit < 0 {
		return false
	}
	size, sending := 0, b.sending
	for r := range b.newest.all {
		size += cap(r.bytes)
		sending += r.sending()
	}
	b.crowded = b.sending > 0 && sending+size > mostSending
	return !b.crowded
}

// copy makes a version of the present board. It frees the parts of the version before that are not being sent.
func (b *boards) copy() {
	for r := range b.newest.all {
		b.sending += r.sending()
		r.drop()
	}
	v := &version{made: time.Now()}
	if b.describe != nil {
		v.describes = b.describe(v.made)
	}
	now := v.made
	if at := v.describes.Time; !at.IsZero() {
		now = at
	}
	b.log.Read(func(board *timetable.Board, at eventlog.Position) {
		v.zone = view.Airport.On(view.Airport.Today(board, now.Unix()))
		v.at, v.flights, v.shown, v.rows = at, board.Snapshot().Board, view.Shown(board), view.AppendRows(nil, board, v.zone)
	})
	for f := range formats {
		for i, coding := range [...]string{"", "gzip"} {
			r := &v.representations[f][i]
			r.version, r.boards, r.format, r.coding = v, b, f, coding
		}
	}
	if b.newest != nil {
		b.newest.flights = nil
	}
	b.newest = v
	b.credit -= float64(len(v.flights) * copyWork)
}

// all yields the representations. A nil version has none.
func (v *version) all(yield func(*representation) bool) {
	if v == nil {
		return
	}
	for f := range formats {
		for i := range v.representations[f] {
			if !yield(&v.representations[f][i]) {
				return
			}
		}
	}
}

// busy returns a representation that is being written, or nil.
func (v *version) busy() *representation {
	for r := range v.all {
		if r.readers > 0 && r.bytes == nil {
			return r
		}
	}
	return nil
}

// text returns the bytes, the same ones for all readers.
func (r *representation) text() []byte {
	r.once.Do(func() {
		text := r.write()
		r.boards.mu.Lock()
		defer r.boards.mu.Unlock()
		r.bytes = text
		r.boards.credit -= float64(len(text))
	})
	return r.bytes
}

func (r *representation) close() {
	r.boards.mu.Lock()
	defer r.boards.mu.Unlock()
	r.leave()
}

// leave does what close does, with mu held.
func (r *representation) leave() {
	old := r.version != r.boards.newest
	if old {
		r.boards.sending -= r.sending()
	}
	if r.readers--; old {
		r.boards.sending += r.sending()
		r.drop()
		r.boards.crowded = false
	}
}

// sending returns the number of bytes that are kept for readers.
func (r *representation) sending() int {
	if r.readers == 0 {
		return 0
	}
	return cap(r.bytes)
}

// drop frees the bytes if there is no reader.
func (r *representation) drop() {
	if r.readers == 0 {
		r.bytes = nil
	}
}

// late reports whether a reader is so slow that it has to be cut off for newer versions.
func (r *representation) late() bool {
	r.boards.mu.Lock()
	defer r.boards.mu.Unlock()
	return r.boards.crowded && r.version != r.boards.newest && time.Since(r.made) > patience
}
