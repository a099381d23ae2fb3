package eventlog

import (
	"cmp"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// Health returns nil, or the reason why the log cannot store new changes; viewers are not affected. It does not wait
// for the disk: if an operation of the disk takes longer than five seconds, that is the reason.
func (l *Log) Health() error {
	if l.store == nil {
		return nil
	}
	l.store.look()
	return l.store.health.get()
}

// hangs is the time after which an operation of the disk is reported as an error.
const hangs = 5 * time.Second

var errHangs = errors.New("eventlog: the disk has not answered")

// health is the state of a store that can be read while the store waits for the disk with its mutex locked.
type health struct {
	since atomic.Pointer[time.Time] // when its operation began; nil: it is idle
	why   atomic.Pointer[error]     // the store's error after its last operation
	looks atomic.Bool
}

func (h *health) get() error {
	if since := h.since.Load(); since != nil {
		if d := time.Since(*since); d >= hangs {
			return fmt.Errorf("%w for %d s", errHangs, int(d.Seconds()))
		}
	}
	if why := h.why.Load(); why != nil {
		return *why
	}
	return nil
}

// look begins to check whether the segment is still there, for a log without appends. The next Health returns the
// result.
func (s *store) look() {
	if s.health.since.Load() != nil || !s.health.looks.CompareAndSwap(false, true) {
		return
	}
	time.AfterFunc(0, func() {
		defer s.health.looks.Store(false)
		s.acquire()
		defer s.release()
		if s.broken == nil {
			s.check()
		}
	})
}

// acquire locks the store for an operation on the disk.
func (s *store) acquire() {
	s.mu.Lock()
	s.health.since.Store(new(time.Now()))
}

func (s *store) release() {
	why := cmp.Or(s.broken, s.missing, s.unkept, s.bulky)
	s.health.why.Store(&why)
	s.health.since.Store(nil)
	s.mu.Unlock()
}
