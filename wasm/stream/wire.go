//go:build js && wasm

package stream

import (
	"time"

	"flightboard/wasm/follow"
)

// A wire does what a connection's follower orders.
type wire struct{ c *Connection }

var _ follow.Wire = wire{}

// Open implements [follow.Wire]. It takes the preopened EventSource if that has the same address.
func (w wire) Open(url string) error {
	w.Close()
	c := w.c
	var err error
	if p := c.preopened; p != nil && p.URL == url {
		c.preopened = nil
		c.source, err = adopt(p, &c.reader, c)
		return err
	}
	c.source, err = openEventSource(url, &c.reader, c)
	return err
}

// Close implements [follow.Wire].
func (w wire) Close() {
	if w.c.source != nil {
		w.c.source.close()
		w.c.source = nil
	}
	if w.c.probe != nil {
		w.c.probe.abort()
		w.c.probe = nil
	}
}

// Probe implements [follow.Wire].
func (w wire) Probe(url string) error {
	w.Close()
	c := w.c
	var err error
	c.probe, err = newProbe(url, func(answer follow.Answer) {
		c.probe = nil
		c.report(func(f *follow.Follower, now time.Time) { f.Answered(now, answer) })
	})
	return err
}
