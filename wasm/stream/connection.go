//go:build js && wasm

// Package stream connects the page to its event stream through the browser's EventSource. Package follow decides when
// to connect, and what the status line shows; an applier applies the events.
package stream

import (
	"errors"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/hack-pad/safejs"

	"flightboard/timetable/words"
	"flightboard/wasm/dom"
	"flightboard/wasm/follow"
	"flightboard/wasm/share"
)

// An Applier applies an event to the board, wholly or not at all. Changed reports whether the board has to be drawn
// anew; about, whether the event is about the board. It must not keep the data, nor block. A long event, for which
// Start returns true, is applied by Continue instead, in portions.
type Applier interface {
	Apply(eventType, data string) (changed, about bool, err error)
	Start(eventType, data string) bool
	Busy() bool
	Continue() (more, changed, about bool, err error)
	// Snapshot returns the board as boot.js makes the data of a flightSnapshot of it.
	Snapshot() string
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
// follower's wire. If the page has other tabs, one of them connects for all, as package share decides.
type Connection struct {
	caller   dom.Caller
	address  string
	follower *follow.Follower
	tab      *share.Tab
	began    time.Time
	applier  Applier
	display  Display
	reader   eventReader

	described  bool      // this connection has brought a description, or another event in its place
	about      string    // the data of the last one
	aboutSince time.Time // when it came
	changing   time.Time // when the tab last began or ceased to lead
	left       bool      // the reader has left the page, which may be kept

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
// others is its object for other tabs, or undefined; preopened may be nil.
func New(address string, copy, others safejs.Value, preopened *Preopened, a Applier, d Display) (*Connection, error) {
	c := &Connection{address: address, applier: a, display: d, reader: eventReader{copy: copy}, preopened: preopened}
	c.began = time.Now()
	c.follower = follow.New(address, wire{c}, rand.Float64)
	c.joinTabs(others)
	var err error
	if c.backlog.timer, err = dom.NewTimer(c.proceed); err != nil {
		return nil, err
	}
	if c.timer, err = dom.NewTimer(c.tick); err != nil {
		return nil, err
	}
	return c, c.caller.Take()
}

// Start opens the stream, delivers the events of a preopened one, and listens for the browser's events about the
// network and the page's visibility.
func (c *Connection) Start() error {
	if c.caller.Truthy(c.caller.Call(c.caller.Element("#flights"), "hasAttribute", "data-example")) {
		c.follower.Examples()
	}
	window, document := safejs.Global(), c.caller.Global("document")
	hidden := func() bool { return c.caller.Text(c.caller.Get(document, "visibilityState")) == "hidden" }
	c.tab.Start(c.clock(), !hidden(), c.preopened != nil)
	if c.source != nil {
		c.source.catchUp(c)
	}
	if online := c.caller.Get(c.caller.Global("navigator"), "onLine"); online.Equal(jsFalse) {
		c.follower.Offline(time.Now())
	}
	on := func(target safejs.Value, eventType string, method func(*follow.Follower, time.Time)) {
		c.undo.Add(c.caller.Listen(target, eventType, func(safejs.Value) { c.report(method) }))
	}
	on(window, "online", (*follow.Follower).Online)
	on(window, "offline", (*follow.Follower).Offline)
	leave := func(f *follow.Follower, now time.Time) {
		f.PageHide(now)
		c.left = c.left || c.tab.Role() != share.Out
		c.tab.Leave()
	}
	comeBack := func(*follow.Follower, time.Time) {
		if c.left {
			c.left = false
			c.tab.Join(c.clock())
		}
	}
	on(window, "pagehide", leave)
	on(window, "pageshow", comeBack)
	on(document, "freeze", leave) // a frozen page may answer other tabs, although it gets no events
	on(document, "resume", comeBack)
	on(document, "visibilitychange", func(f *follow.Follower, now time.Time) {
		if hidden() {
			f.Hidden(now)
		} else {
			f.Shown(now)
		}
		c.tab.Visible(c.clock(), !hidden())
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

// Restore tells that the board is a server's, as of a time. It is called before Start.
func (c *Connection) Restore(asOf time.Time) { c.follower.Restore(time.Since(asOf)) }

// AsOf returns as of when the board is right, as Unix time; 0: it is only the page's.
func (c *Connection) AsOf() int64 { return c.status(time.Now()).AsOf }

// Close closes the stream and removes the listeners of Start.
func (c *Connection) Close() {
	wire{c}.Close()
	c.tab.Leave()
	c.undo.Run()
	c.timer.Close()
	c.backlog.timer.Close()
}

// Stop closes the stream until Resume.
func (c *Connection) Stop() {
	c.finish()
	c.tab.Leave()
	c.tell((*follow.Follower).Stop)
}

// Resume opens the stream again, or follows the tab that has it.
func (c *Connection) Resume() { c.share((*share.Tab).Join) }

// Retry makes the next attempt now.
func (c *Connection) Retry() {
	c.tab.Retry(c.clock())
	c.report((*follow.Follower).Retry)
}

// Reshow shows the status again, because the language of its texts has changed.
func (c *Connection) Reshow() { c.show(false) }

// report calls one of the follower's methods, after all that the server has sent before, and shows the new status.
func (c *Connection) report(method func(*follow.Follower, time.Time)) {
	c.finish()
	c.tell(method)
}

func (c *Connection) tell(method func(*follow.Follower, time.Time)) {
	method(c.follower, time.Now())
	c.show(false)
}

// tick is called when the follower's or the tab's next tick is due. Window.stop, and saving or printing the page, close
// an EventSource without an event.
func (c *Connection) tick() {
	if c.source != nil && c.source.readyState() == closedState {
		c.finish()
		c.follower.Cut(time.Now())
	} else {
		c.follower.Tick(time.Now())
	}
	c.share((*share.Tab).Tick)
}

// asked reports an answer to the follower, and then the events that it has brought, until one ends that. An answer that
// comes while a long snapshot is being applied waits, because applying the rest at once would be a long task.
func (c *Connection) asked(a follow.Answer, events safejs.Value) {
	if c.applier.Busy() {
		c.backlog.answer = func() { c.asked(a, events) }
		return
	}
	c.ask = nil
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

// show shows the status and sets the timer for the next tick.
func (c *Connection) show(changed bool) {
	now := time.Now()
	status := c.status(now)
	c.timer.Set(now, c.follower.Next())
	c.timer.Set(now, c.tab.Next(c.clock()))
	if c.state == "live" && status.State == "reconnecting" && now.Sub(c.changing) < changeWithin {
		c.timer.Set(now, changeWithin)
		if changed {
			c.display.ShowBoard()
		}
		return
	}
	c.state = status.State
	c.display.ShowStatus(status, changed)
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
	if eventType == "refusal" { // it concerns this connection alone
		answer, err := readRefusal(data)
		if err != nil {
			dom.Report(errors.New("refusal: " + err.Error()))
		}
		c.follower.Refused(now, answer)
		c.show(false)
		return
	}
	if !c.described { // a server that describes its board does so first
		c.described = true
		c.display.ShowDescription(follow.Description{})
	}
	switch eventType {
	case "closedConnection", "heartbeat", "flightBoard", "reload":
		c.tab.Relay(c.clock(), share.Note, eventType, "", data)
		c.note(now, eventType, data, 0)
	default:
		changed, about, err := c.applier.Apply(eventType, data)
		c.applied(event{eventType, data, lastEventID}, changed, about, err)
	}
}

// note handles an event that changes no flight, some time after the server sent it.
func (c *Connection) note(now time.Time, eventType, data string, age time.Duration) {
	switch eventType {
	case "closedConnection":
		if endsSession(data) {
			c.follower.SignedOut(now)
		} else {
			c.follower.Ended(now)
		}
	case "heartbeat":
		server, silent, err := readHeartbeat(data)
		if err != nil {
			dom.Report(errors.New("heartbeat: " + err.Error()))
		}
		c.follower.Heartbeat(now, server, silent)
	case "flightBoard":
		d, err := readDescription(data)
		if err != nil {
			dom.Report(errors.New("flightBoard: " + err.Error()))
			return
		}
		c.about, c.aboutSince = strings.Clone(data), now.Add(-age)
		if !d.Time.IsZero() {
			d.Time = d.Time.Add(time.Duration(float64(age) * d.Speed))
		}
		c.follower.Describe(now, d.Recording != "")
		c.display.ShowDescription(d)
	case "reload": // a development server's: the page's files have changed
		c.caller.Call(c.caller.Global("location"), "reload")
		c.caller.Report()
		return
	}
	c.show(false)
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
	if c.follower.Ours() {
		c.tab.Relay(c.clock(), share.Event, e.eventType, e.id, e.data)
	} else {
		c.tab.Separate()
	}
	switch {
	case c.state != "live":
		c.show(changed)
	case changed: // the status of a live connection does not change with an event
		c.display.ShowBoard()
	}
}

var jsFalse, _ = safejs.ValueOf(false)
