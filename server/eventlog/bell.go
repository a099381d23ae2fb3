package eventlog

import "time"

// A bell wakes followers: at once after a pause, and then at most once a tick. In a burst everything that comes within
// a tick is then sent with one write instead of one each; that is where fan-out beyond the kernel's cost of a write
// comes from.
type bell struct {
	channel chan struct{} // closed at the next wake-up
	tick    time.Duration
	last    time.Time
	pending bool
}

const pause = 10 * time.Second

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
	l.cut(time.Since(l.bell.last) >= pause)
	close(l.bell.channel)
	l.bell.channel, l.bell.last = make(chan struct{}), time.Now()
}
