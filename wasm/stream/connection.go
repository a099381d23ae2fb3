//go:build js && wasm

// Package stream connects the page to its event stream through the browser's EventSource. Package follow decides when
// to connect, and what the status line shows; an applier applies the events.
package stream

import (
	"errors"
	"math/rand/v2"
	"time"

	"github.com/hack-pad/safejs"

	"flightboard/timetable/words"
	"flightboard/wasm/dom"
	"flightboard/wasm/follow"
)

// An Applier applies an event to the board, wholly or not at all. Changed reports whether the board has to be drawn
// anew; about, whether the event is about the board. It must not keep the data, nor block. A long event, for which
// Start returns true, is applied by Continue instead, in portions.
type Applier interface {
	Apply(eventType, data string) (changed, about bool, err error)
	Start(eventType, data string) bool
	Busy() bool
	Continue() (more, changed, about bool, err error)
}

// A Display shows the board and the status. Its methods must not block.
type Display interface {
	// ShowBoard is called when the board has changed and the status has not.
	ShowBoard()
	// ShowStatus is called when the status may have changed; changed reports whether the board has.
	ShowStatus(s follow.Status, changed bool)
	// ShowDescription is called when the server has said what the board is.
	ShowDescription(d follow.Description)
}

// A Connection keeps the page connected: it reports the events of the browser and the server to a follower, and is the
// follower's wire.
type Connection struct {
	caller   dom.Caller
	address  string
	follower *follow.Follower
	applier  Applier
	display  Display
	reader   eventReader

	described bool // this connection has brought a description, or another event in its place

	preopened *Preopened   // until the follower opens its address
	source    *eventSource // nil: there is no connection
	probe     *probe       // nil: no request is under way
	ask       *probe       // nil: no request beside the connection is under way
	closes    int          // calls of the wire's Close

	backlog backlog

	state string     // of the status that was shown last
	timer *dom.Timer // fires when the follower's next tick is due
	undo  dom.Undo
}

// New returns a connection to the event stream at an address. Copy is boot.js's function that copies an event's data;
// preopened may be nil.
func New(address string, copy safejs.Value, preopened *Preopened, a Applier, d Display) (*Connection, error) {
	c := &Connection{address: address, applier: a, display: d, reader: eventReader{copy: copy}, preopened: preopened}
	c.follower = follow.New(address, wire{c}, rand.Float64)
	var err error
	if c.backlog.timer, err = dom.NewTimer(c.proceed); err != nil {
		return nil, err
	}
	c.timer, err = dom.NewTimer(c.tick)
	return c, err
}

// Start opens the stream, delivers the events of a preopened one, and listens for the browser's events about the
// network and the page's visibility.
func (c *Connection) Start() error {
	if c.caller.Truthy(c.caller.Call(c.caller.Element("#flights"), "hasAttribute", "data-example")) {
		c.follower.Examples()
	}
	c.follower.Start(time.Now())
	if c.source != nil {
		c.source.catchUp(c)
	}
	if online := c.caller.Get(c.caller.Global("navigator"), "onLine"); online.Equal(jsFalse) {
		c.follower.Offline(time.Now())
	}
	window, document := safejs.Global(), c.caller.Global("document")
	hidden := func() bool { return c.caller.Text(c.caller.Get(document, "visibilityState")) == "hidden" }
	on := func(target safejs.Value, eventType string, method func(*follow.Follower, time.Time)) {
		c.undo.Add(c.caller.Listen(target, eventType, func(safejs.Value) { c.report(method) }))
	}
	on(window, "online", (*follow.Follower).Online)
	on(window, "offline", (*follow.Follower).Offline)
	on(window, "pagehide", (*follow.Follower).PageHide)
	on(window, "pageshow", (*follow.Follower).PageShow)
	on(document, "visibilitychange", func(f *follow.Follower, now time.Time) {
		if hidden() {
			f.Hidden(now)
		} else {
			f.Shown(now)
		}
	})
	if hidden() {
		c.follower.Hidden(time.Now())
	}
	c.undo.Add(c.caller.Listen(document, "securitypolicyviolation", func(event safejs.Value) {
		if c.caller.Text(c.caller.Get(event, "effectiveDirective")) == "connect-src" {
			c.report(func(f *follow.Follower, now time.Time) { f.Blocked(now, words.Blocked) })
		}
	}))
	if isMixed(c.address) {
		c.follower.Blocked(time.Now(), words.Mixed)
	}
	if err := c.caller.Take(); err != nil {
		return err
	}
	c.show(true) // the page's rows may not be in the board's order
	return nil
}

// Close closes the stream and removes the listeners of Start.
func (c *Connection) Close() {
	wire{c}.Close()
	c.undo.Run()
	c.timer.Close()
	c.backlog.timer.Close()
}

// Stop closes the stream until Resume.
func (c *Connection) Stop() { c.report((*follow.Follower).Stop) }

// Resume opens the stream again.
func (c *Connection) Resume() { c.report((*follow.Follower).Resume) }

// Retry makes the next attempt now.
func (c *Connection) Retry() { c.report((*follow.Follower).Retry) }

// report calls one of the follower's methods, after all that the server has sent before, and shows the new status.
func (c *Connection) report(method func(*follow.Follower, time.Time)) {
	c.finish()
	c.tell(method)
}

func (c *Connection) tell(method func(*follow.Follower, time.Time)) {
	method(c.follower, time.Now())
	c.show(false)
}

// tick is called when the follower's next tick is due. Window.stop, and saving or printing the page, close an EventSource
// without an event.
func (c *Connection) tick() {
	if c.source != nil && c.source.readyState() == closedState {
		c.report((*follow.Follower).Cut)
	} else {
		c.tell((*follow.Follower).Tick)
	}
}

// asked reports an answer to the follower, and then the events that it has brought, until one ends that.
func (c *Connection) asked(a follow.Answer, events safejs.Value) {
	c.ask = nil
	c.finish()
	if !c.follower.Asked(time.Now(), a) {
		c.show(false)
		return
	}
	closes := c.closes
	each(events, func(event safejs.Value, eventType string) bool {
		c.reader.dispatch(c, eventType, event)
		return c.closes == closes
	})
	c.report((*follow.Follower).Tick)
}

// show shows the follower's status and sets the timer for its next tick.
func (c *Connection) show(changed bool) {
	now := time.Now()
	status := c.follower.Status(dom.UTCOffset(now.Unix()))
	c.state = status.State
	c.display.ShowStatus(status, changed)
	c.timer.Set(now, c.follower.Next())
}

func (c *Connection) opened() {
	c.described = false
	c.report((*follow.Follower).Opened)
}

func (c *Connection) failed(final bool) {
	c.report(func(f *follow.Follower, now time.Time) { f.Failed(now, final) })
}

// Receive handles an event of the stream. It applies the event at once; the display chooses when to draw. It reports an
// event that cannot be decoded to the console, and the follower reconnects if the server can then send a snapshot.
func (c *Connection) Receive(eventType, data, lastEventID string) {
	if c.postpone(eventType, data, lastEventID) {
		return
	}
	now := time.Now()
	if !c.described { // a server that describes its board does so first
		c.described = true
		c.display.ShowDescription(follow.Description{})
	}
	switch eventType {
	case "closedConnection":
		c.follower.Ended(now)
		c.show(false)
	case "heartbeat":
		server, silent, err := readHeartbeat(data)
		if err != nil {
			dom.Report(errors.New("heartbeat: " + err.Error()))
		}
		c.follower.Heartbeat(now, server, silent)
		c.show(false)
	case "flightBoard":
		d, err := readDescription(data)
		if err != nil {
			dom.Report(errors.New("flightBoard: " + err.Error()))
			return
		}
		c.follower.Describe(now, d.Recording != "")
		c.display.ShowDescription(d)
		c.show(false)
	case "reload": // a development server's: the page's files have changed
		c.caller.Call(c.caller.Global("location"), "reload")
		c.caller.Report()
	default:
		changed, about, err := c.applier.Apply(eventType, data)
		c.applied(event{eventType, data, lastEventID}, changed, about, err)
	}
}

// applied reports to the follower that an event has been applied, or could not be, and shows the board.
func (c *Connection) applied(e event, changed, about bool, err error) {
	now := time.Now()
	if err != nil {
		dom.Report(errors.New(e.eventType + " " + e.id + ": " + err.Error()))
		if c.follower.Misread(now, e.eventType) {
			c.show(false)
			return
		}
	}
	c.follower.Message(now, e.eventType, e.id, about)
	switch {
	case c.state != "live":
		c.show(changed)
	case changed: // the status of a live connection does not change with an event
		c.display.ShowBoard()
	}
}

var jsFalse, _ = safejs.ValueOf(false)
