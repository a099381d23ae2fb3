// Package eventlog is the history: one ordered log of changes, kept as the very bytes that travel.
//
// The log is the queue. A viewer is nothing but a [Cursor], a place in the log: catching up after a cut and following
// live are the same reads, so nothing lies between them that could be lost or doubled. There is no queue per viewer
// and no policy for dropping; a slow viewer is a cursor far behind, and one that falls off the end gets a snapshot.
//
// The promises, each kept by a test of its name in package logtest:
//
//   - There is one timeline. Every cursor sees every record after its place, once, in order.
//   - A position is never used again, not even by another life of the log.
//   - Every position inside the window resumes exactly; every other one gets a snapshot.
//   - A snapshot followed by the records after its position builds the same board as all records.
//   - An append is all or nothing, and what it refuses leaves no trace.
//   - A reader blocks publishers while it copies the board, or a function of [Log.Read] or [Log.Update] runs, and no
//     longer. A publisher does not wait for readers to catch up.
//   - Bytes once handed out never change.
//
// Only publishers append; everybody else follows. The package knows nothing of HTTP.
package eventlog

import (
	"sync"
	"sync/atomic"
	"time"

	"flightboard/timetable"
)

// Options of a log. The zero value is the recommendation.
type Options struct {
	History int           // bytes of history kept in memory; 64 MiB when 0
	Flights int           // that an append may bring onto the board; 50,000 when 0, any number when negative
	Tick    time.Duration // the least time between two wake-ups, less when followers are few, a third more when events are many; 6 ms when 0
	Repair  bool          // open a durable log although changes are damaged or missing; damaged files are kept aside
}

// A Log is an ordered log. It is safe for concurrent use.
type Log struct {
	mu        sync.Mutex
	board     timetable.Board
	history   history
	ends      []Position // records inside the window after which no more was to come
	born      Position   // of the first record of this life of the log
	next      Position   // of the next record to be appended
	pending   *group     // gathers appends while another group is being written
	writing   *group     // is at the store
	store     *store     // nil: in memory only
	keeper    Keeper     // nil: the records are all that has to be kept
	scratch   []byte
	notifier  notifier
	snapshots snapshots

	edge      Position // where the last tick ends
	ticks     []*tick  // the newest, each beginning where the one before it ends
	keyTicks  int      // since the last keyframe
	keyBytes  int
	keyCredit int         // ticks that may be spent on early keyframes
	waiting   atomic.Bool // a viewer waits for a keyframe
	zip       compressor
	chunks    chunker
}

// New returns an empty log in memory. Its positions start at the wall clock in microseconds, so that a position of an
// earlier life of the log lies outside the window of this one.
func New(o Options) *Log {
	head := Position(time.Now().UnixMicro())
	return newLog(head, head+1, o)
}

func newLog(head, born Position, o Options) *Log {
	if o.History == 0 {
		o.History = 64 << 20
	}
	if o.Flights == 0 {
		o.Flights = 50_000
	}
	if o.Tick == 0 {
		o.Tick = 6 * time.Millisecond
	}
	l := &Log{born: born, next: born, edge: head, keyCredit: 4 * keyEarly, history: newHistory(head, o.History)}
	l.board.MaxFlights = max(o.Flights, 0)
	l.notifier.channel, l.notifier.tick, l.notifier.longest = make(chan struct{}), o.Tick, o.Tick
	return l
}

// Read calls f with the board and its position. The board is the log's own: f only reads it, keeps nothing of it,
// and does not call the log.
func (l *Log) Read(f func(b *timetable.Board, at Position)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f(&l.board, l.history.head)
}

// Wake returns a channel that is closed when records have been appended after the call: at once after a pause, and
// then at most once a tick, so that what comes in a burst is sent together.
func (l *Log) Wake() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.notifier.channel
}
