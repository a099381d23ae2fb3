package eventlog

import (
	"sync"
	"time"
)

// A bell wakes followers: at once after a pause, and then at most once a tick. In a burst everything that comes within
// a tick is then sent with one write instead of one each; that is where fan-out beyond the kernel's cost of a write
// comes from.
type bell struct {
	channel chan struct{} // closed at the next wake-up
	tick    time.Duration
	last    time.Time
	pending bool
}

func (b *bell) init(tick time.Duration) {
	b.channel, b.tick = make(chan struct{}), tick
}

// ring is called with mu held; mu guards the bell.
func (b *bell) ring(mu *sync.Mutex) {
	if b.pending {
		return
	}
	wait := b.tick - time.Since(b.last)
	if wait <= 0 || b.last.IsZero() {
		b.strike()
		return
	}
	b.pending = true
	time.AfterFunc(wait, func() {
		mu.Lock()
		defer mu.Unlock()
		b.pending = false
		b.strike()
	})
}

func (b *bell) strike() {
	close(b.channel)
	b.channel, b.last = make(chan struct{}), time.Now()
}
