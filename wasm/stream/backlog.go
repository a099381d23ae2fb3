//go:build js && wasm

package stream

import (
	"strings"
	"time"

	"flightboard/wasm/dom"
)

// A backlog is a long snapshot that is being applied, a portion in each task, so that the page answers meanwhile, and
// the events that have come after it.
type backlog struct {
	event  event   // the snapshot
	events []event // those after it
	answer func()  // reports an answer to the follower's question; nil: none has come meanwhile
	timer  *dom.Timer
}

type event struct{ eventType, data, id string }

// postpone keeps an event for later while a snapshot is being applied, and begins to apply a long one. It reports
// whether it has done so.
func (c *Connection) postpone(eventType, data, lastEventID string) bool {
	switch {
	case c.applier.Busy():
		c.backlog.events = append(c.backlog.events, event{eventType, strings.Clone(data), lastEventID})
	case c.applier.Start(eventType, data): // of long data the reader does not use the memory again
		c.backlog.event = event{eventType, data, lastEventID}
		c.next()
	default:
		return false
	}
	return true
}

// next sets the timer for the next portion.
func (c *Connection) next() { c.backlog.timer.Set(time.Now(), time.Millisecond) }

// proceed applies the next portion of the snapshot and, after the last one, the events that have come since.
func (c *Connection) proceed() {
	if !c.applier.Busy() {
		return
	}
	more, changed, about, err := c.applier.Continue()
	if more {
		c.next()
		return
	}
	b := &c.backlog
	c.applied(b.event, changed, about, err)
	events := b.events
	b.event, b.events = event{}, nil
	for _, e := range events {
		c.Receive(e.eventType, e.data, e.id)
	}
	if answer := b.answer; answer != nil {
		b.answer = nil
		answer() // which waits again if one of the events was a long snapshot
	}
}

// finish applies all that is left, before something happens to the connection.
func (c *Connection) finish() {
	for c.applier.Busy() {
		c.proceed()
	}
}
