//go:build js && wasm

package main

import (
	"time"

	"github.com/hack-pad/safejs"
)

// An alarm rings once after it was set. One that rings early does no harm, so it is set anew only to ring sooner: while
// messages come in nothing has to be done.
type alarm struct {
	dom
	at    time.Time // when it rings; zero: it is not set
	timer safejs.Value
	ring  safejs.Func
}

// newAlarm makes an alarm that calls f when it rings. f must not block.
func newAlarm(f func()) (*alarm, error) {
	a := &alarm{}
	var err error
	a.ring, err = callback(func(safejs.Value) {
		a.at = time.Time{}
		f()
	})
	return a, err
}

// set lets it ring after a while, unless it rings sooner anyway; 0: it need not ring.
func (a *alarm) set(now time.Time, wait time.Duration) {
	at := now.Add(wait)
	if wait == 0 || !a.at.IsZero() && !a.at.After(at) {
		return
	}
	a.clear()
	a.at = at
	a.timer = a.call(safejs.Global(), "setTimeout", a.ring, wait.Milliseconds()+1)
	a.check()
}

func (a *alarm) clear() {
	if !a.at.IsZero() {
		a.call(safejs.Global(), "clearTimeout", a.timer)
		a.check()
		a.at = time.Time{}
	}
}

// end makes it useless.
func (a *alarm) end() {
	a.clear()
	a.ring.Release()
}
