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
// either strikes at once or leaves behind a timer that will. So a record that the follower's read did not see was
// appended after it had taken the channel, and the strike that follows closes that channel, or one before it has.
// A strike cuts the tick before it closes the channel, so that those who read whole ticks find it.
type bell struct {
	channel chan struct{} // closed at the next wake-up
	tick    time.Duration // the least time between two wake-ups, as long as followers need it to be
	longest time.Duration // that tick gets before followers need longer
	worked  atomic.Int64  // how long followers have been at work since the last wake-up
	last    time.Time
	pending bool
}

const pause = 10 * time.Second

// A tick is restful times what followers need to write it, between shortest and what Options say: few viewers hear
// sooner, and many leave publishers most of a core until the tick is at its longest. A browser pays 50 µs for each event,
// and a tick may be one. Where followers need more than that, a tick is as long as they need: whoever gets ticks as they
// were cut would otherwise be written to several times a round. A round that took longer than aRound was a mishap.
const (
	restful  = 4
	shortest = 2 * time.Millisecond
	aRound   = 100 * time.Millisecond
)

// Worked tells the log how long a follower has been at work since it was woken, or its part where several work side by
// side. The more all of them need, the longer is a tick.
func (l *Log) Worked(d time.Duration) { l.bell.worked.Add(int64(d)) }

// ring is called with mu held, after records have been appended.
func (l *Log) ring() {
	b := &l.bell
	if b.pending {
		return
	}
	wait := b.tick - time.Since(b.last)
	if wait <= 0 || b.last.IsZero() {
		l.strike()
		return
	}
	b.pending = true
	time.AfterFunc(wait, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		b.pending = false
		l.strike()
	})
}

func (l *Log) strike() {
	b := &l.bell
	l.cut(time.Since(b.last) >= pause)
	if worked := time.Duration(b.worked.Swap(0)); worked > 0 { // none: they are still at it, or do not say
		b.tick = max(min(max(restful*worked, shortest), b.longest), min(worked, aRound))
	}
	close(b.channel)
	b.channel, b.last = make(chan struct{}), time.Now()
}
