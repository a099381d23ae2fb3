package eventlog

import (
	"sync/atomic"
	"time"
)

// A notifier wakes followers: at once after a pause, and then at most once a tick. In a burst everything that comes
// within a tick is then sent with one write instead of one each. That is what makes fan-out cheaper than the kernel's
// cost of a write for each event.
//
// No follower misses a record, because both sides keep to an order. A follower takes the channel first, then reads, and
// waits only if there was nothing to read. A publisher, with mu held, first appends and then signals. A signal fires at
// once, or it leaves behind a timer or the end of a round, which fires later. So if a follower's read did not see a
// record, the record was appended after the follower took the channel, and the next firing closes that channel, or an
// earlier firing has closed it. Firing cuts the tick before it closes the channel, so followers that read whole ticks
// find it.
type notifier struct {
	channel  chan struct{} // closed at the next wake-up
	tick     time.Duration // the least time between two wake-ups at present
	longest  time.Duration // the longest that tick gets, but for bursts
	worked   atomic.Int64  // nanoseconds that followers have worked since the last wake-up
	last     time.Time     // of the last wake-up
	pending  bool          // it will fire
	deferred bool          // it will fire at the end of the last round that is going on
	rounds   atomic.Int32  // that are going on
}

// pause is how long nobody has been woken before a tick becomes a keyframe.
const pause = 10 * time.Second

// A tick is restful times as long as followers need to write it, but at least shortest and at most what Options say.
// With few viewers it is short. With many, publishers have most of a core until the tick is at its longest, which is a
// third more when many events share it: one write for all of them is what makes them cheap. A browser pays 50 µs for
// each event, and a tick may be one.
const (
	restful  = 4
	shortest = 2 * time.Millisecond
	dense    = 8 // events
)

// Worked tells the log how long a follower has worked since it was woken, or its part if several work side by side. The
// longer all of them work, the longer a tick is.
func (l *Log) Worked(d time.Duration) { l.notifier.worked.Add(int64(d)) }

// BeginRound tells the log that a follower goes through many viewers. Until EndRound there is no wake-up: it would end
// a tick, and viewers that get ticks as they were cut would be written to several times a round. BeginRound does not
// block.
func (l *Log) BeginRound() { l.notifier.rounds.Add(1) }

// EndRound ends a round, and is Worked for its follower.
func (l *Log) EndRound(d time.Duration) {
	l.Worked(d)
	if l.notifier.rounds.Add(-1) > 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.notifier.deferred {
		l.fire()
	}
}

// signal makes the notifier fire, now or at the end of the tick. It is called with mu held, after records have been
// appended.
func (l *Log) signal() {
	n := &l.notifier
	if n.pending {
		return
	}
	n.pending = true
	wait := n.tick - time.Since(n.last)
	if wait <= 0 || n.last.IsZero() {
		l.fireOrDefer()
		return
	}
	time.AfterFunc(wait, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.fireOrDefer()
	})
}

// fireOrDefer fires, or leaves it to the end of a round that is going on. A round that ends meanwhile waits for mu, and
// then finds that firing was deferred.
func (l *Log) fireOrDefer() {
	if l.notifier.rounds.Load() > 0 {
		l.notifier.deferred = true
		return
	}
	l.fire()
}

// fire cuts the tick and wakes all followers.
func (l *Log) fire() {
	n := &l.notifier
	n.pending, n.deferred = false, false
	longest := n.longest
	if l.history.head-l.edge >= dense {
		longest += longest / 3
	}
	l.cut(time.Since(n.last) >= pause)
	if worked := time.Duration(n.worked.Swap(0)); worked > 0 { // 0: followers do not report it
		n.tick = min(max(restful*worked, shortest), longest)
	}
	close(n.channel)
	n.channel, n.last = make(chan struct{}), time.Now()
}
