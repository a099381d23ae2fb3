// Package eventlog is the history: one ordered log of changes, stored as the bytes that are sent.
//
// The log is the queue. A viewer is a [Cursor], a place in the log. Catching up after a cut and following live are the
// same reads, so no record between them can be lost or sent twice. There is no queue per viewer and no policy for
// dropping records. A slow viewer is a cursor far behind, and one whose position is no longer in the log gets a
// snapshot.
//
// The promises, each with a test of its name in package logtest:
//
//   - There is one timeline. Every cursor sees every record after its place, once, in order.
//   - A position is never used again, not even after a restart.
//   - Every position inside the window resumes exactly; every other one gets a snapshot.
//   - A snapshot followed by the records after its position builds the same board as all records.
//   - An append is all or nothing, and a rejected one leaves no trace.
//   - A reader blocks publishers while it copies the board, or a function of [Log.Read] or [Log.Update] runs, and no
//     longer. A publisher does not wait for readers to catch up.
//   - Bytes once handed out never change.
//
// Only publishers append; all others follow. The package does not depend on HTTP.
package eventlog

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"flightboard/timetable"
)

// Options of a log. The zero value is the recommendation.
type Options struct {
	History int           // bytes of history kept in memory; 64 MiB when 0
	Flights int           // the most flights on the board; 50,000 when 0, any number when negative
	Tick    time.Duration // the longest batching window: less with few followers, a third more in bursts; 6 ms when 0
	Repair  bool          // open a durable log although changes are damaged or missing; damaged files are kept aside
}

// A Log is an ordered log. It is safe for concurrent use.
type Log struct {
	mu        sync.Mutex
	board     timetable.Board
	history   history
	ends      []Position    // of the ends inside the window
	born      Position      // of the first record since the log was opened
	next      Position      // of the next record to be appended
	pending   *group        // gathers appends while another group is being written
	writing   *group        // is at the store
	store     *store        // nil: in memory only
	keeper    Keeper        // nil: only the records are stored
	stream    Stream        // nil: the log is alone
	turn      chan struct{} // holds a value while an append or a message has its turn at the stream; taken before mu
	tail      Position      // of the stream, as far as the log has it
	received  chan struct{} // closed when tail moves
	scratch   []byte
	notifier  notifier
	snapshots snapshots

	measures measures

	edge      Position // where the last tick ends
	gathering *Timing  // of the records after it; nil: there are none
	ticks     []*tick  // the newest, each beginning where the one before it ends
	keyTicks  int      // since the last keyframe
	keyBytes  int
	keyCredit int         // ticks that may be spent on early keyframes
	waiting   atomic.Bool // a viewer waits for a keyframe
	zip       compressor
	chunks    chunker
}

// New returns an empty log in memory. Its positions start at the wall clock in microseconds, so that a position from an
// earlier run of the server is outside the window.
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

// Read calls f with the board and its position, and blocks publishers until f returns. f must only read the board, keep
// no reference to it, and not call the log.
func (l *Log) Read(f func(b *timetable.Board, at Position)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f(&l.board, l.history.head)
}

// Wake returns a channel that is closed when records were appended after the call: at once after a pause, and then at
// most once a tick, so that the records of a burst are sent together.
func (l *Log) Wake() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.notifier.channel
}

// Reach waits until the log's head is at a position or later. It returns the context's cause if ctx is done before.
func (l *Log) Reach(ctx context.Context, at Position) error {
	for {
		l.mu.Lock()
		wake, head := l.notifier.channel, l.history.head
		l.mu.Unlock()
		if head >= at {
			return nil
		}
		select {
		case <-wake:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
