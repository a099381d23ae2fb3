package eventlog

import (
	"sync/atomic"
	"time"
)

// A bell wakes followers: at once after a pause, and then at most once a tick. In a burst everything that comes within
// a tick is then sent with one write instead of one each; that is where fan-out beyond the kernel's cost of a write
// comes from.
//
// No follower sleeps through a record, because both sides keep to an order. A follower takes the channel first, then
// reads, and waits only when there was nothing. A publisher, with mu held, first appends and then rings; and a ring
// either strikes at once or leaves behind a timer, or the end of a round, that will. So a record that the follower's read did not see was
// appended after it had taken the channel, and the strike that follows closes that channel, or one before it has.
// A strike cuts the tick before it closes the channel, so that those who read whole ticks find it.
type bell struct {
	channel chan struct{} // closed at the next wake-up
	tick    time.Duration // the least time between two wake-ups, as long as followers need it to be
	longest time.Duration // that tick gets
	worked  atomic.Int64  // how long followers have been at work since the last wake-up
	last    time.Time
	pending bool         // a strike will come
	held    bool         // with the end of the last round that is going on
	rounds  atomic.Int32 // that are going on
}

const pause = 10 * time.Second

// A tick is restful times what followers need to write it, between shortest and what Options say: few viewers hear
// sooner, and many leave publishers most of a core until the tick is at its longest, which is a third more when many
// events share it: one write for all of them is what makes them cheap. A browser pays 50 µs for each event,
// and a tick may be one.
const (
	restful  = 4
	shortest = 2 * time.Millisecond
	dense    = 8 // events
)

// Worked tells the log how long a follower has been at work since it was woken, or its part where several work side by
// side. The more all of them need, the longer is a tick.
func (l *Log) Worked(d time.Duration) { l.bell.worked.Add(int64(d)) }

// BeginRound tells the log that a follower goes through many viewers. Until EndRound there is no wake-up: it would end a
// tick, and whoever gets ticks as they were cut would be written to several times a round. A round waits for nobody.
func (l *Log) BeginRound() { l.bell.rounds.Add(1) }

// EndRound is Worked for such a follower.
func (l *Log) EndRound(d time.Duration) {
	l.Worked(d)
	if l.bell.rounds.Add(-1) > 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.bell.held {
		l.strike()
	}
}

// ring is called with mu held, after records have been appended.
func (l *Log) ring() {
	b := &l.bell
	if b.pending {
		return
	}
	b.pending = true
	wait := b.tick - time.Since(b.last)
	if wait <= 0 || b.last.IsZero() {
		l.strikeOrHold()
		return
	}
	time.AfterFunc(wait, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.strikeOrHold()
	})
}

// strikeOrHold leaves it to the end of a round that is going on. A round that ends meanwhile finds mu locked, and what is
// held when it gets it.
func (l *Log) strikeOrHold() {
	if l.bell.rounds.Load() > 0 {
		l.bell.held = true
		return
	}
	l.strike()
}

func (l *Log) strike() {
	b := &l.bell
	b.pending, b.held = false, false
	longest := b.longest
	if l.history.head-l.edge >= dense {
		longest += longest / 3
	}
	l.cut(time.Since(b.last) >= pause)
	if worked := time.Duration(b.worked.Swap(0)); worked > 0 { // none: they do not say
		b.tick = min(max(restful*worked, shortest), longest)
	}
	close(b.channel)
	b.channel, b.last = make(chan struct{}), time.Now()
}
