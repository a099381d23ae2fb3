//go:build js && wasm

package dom

import (
	"time"

	"github.com/hack-pad/safejs"
)

// A Timer calls a function once after it was set. A call that comes too early does no harm, so Set
// resets the timer only if it has to fire sooner, and usually costs nothing while messages come in.
type Timer struct {
	caller Caller
	at     time.Time // when it fires; zero: it is not set
	id     safejs.Value
	fire   safejs.Func
}

// NewTimer returns a timer that calls f when it fires. f must not block.
func NewTimer(f func()) (*Timer, error) {
	t := &Timer{}
	var err error
	t.fire, err = Func(func(safejs.Value) {
		t.at = time.Time{}
		f()
	})
	return t, err
}

// Set makes the timer fire after a duration, unless it fires sooner anyway. It ignores a duration of 0.
func (t *Timer) Set(now time.Time, after time.Duration) {
	at := now.Add(after)
	if after == 0 || !t.at.IsZero() && !t.at.After(at) {
		return
	}
	t.stop()
	t.at = at
	t.id = t.caller.Call(safejs.Global(), "setTimeout", t.fire, after.Milliseconds()+1)
	t.caller.Report()
}

func (t *Timer) stop() {
	if !t.at.IsZero() {
		t.caller.Call(safejs.Global(), "clearTimeout", t.id)
		t.caller.Report()
		t.at = time.Time{}
	}
}

// Close stops the timer, which cannot be set again.
func (t *Timer) Close() {
	t.stop()
	t.fire.Release()
}
