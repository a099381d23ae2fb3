//go:build js && wasm

package stream

import (
	"time"

	"github.com/hack-pad/safejs"

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
	w.c.closes++
	w.abortAsk()
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
	c.probe, err = newProbe(url, safejs.Value{}, func(answer follow.Answer, _ safejs.Value) {
		c.probe = nil
		c.report(func(f *follow.Follower, now time.Time) { f.Answered(now, answer) })
	})
	return err
}

// Ask implements [follow.Wire].
func (w wire) Ask(url string, whole bool) error {
	w.abortAsk()
	var parse safejs.Value
	if whole {
		parse = w.c.reader.copy
	}
	var err error
	w.c.ask, err = newProbe(url, parse, w.c.asked)
	return err
}

func (w wire) abortAsk() {
	if w.c.ask != nil {
		w.c.ask.abort()
		w.c.ask, w.c.backlog.answer = nil, nil
	}
}
