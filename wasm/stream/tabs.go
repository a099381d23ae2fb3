//go:build js && wasm

package stream

import (
	"time"

	"github.com/hack-pad/safejs"

	"flightboard/wasm/dom"
	"flightboard/wasm/follow"
	"flightboard/wasm/share"
)

// tabs goes to the other tabs through boot.js's object, which has the lock and the channel.
type tabs struct {
	c  *Connection
	js safejs.Value
}

var _ share.Wire = tabs{}

// joinTabs makes a tab of a connection. Others is boot.js's object, which then calls the tab, or undefined.
func (c *Connection) joinTabs(others safejs.Value) {
	if others.IsUndefined() {
		c.tab = share.New("", nil, c)
		return
	}
	c.tab = share.New(c.caller.Text(c.caller.Get(others, "id")), tabs{c, others}, c)
	on := func(name string, f func(argument safejs.Value)) {
		callback, err := dom.Func(f)
		if err != nil {
			c.caller.Fail(err)
		}
		c.caller.Set(others, name, callback)
	}
	on("granted", func(safejs.Value) { c.share((*share.Tab).Granted) })
	on("lost", func(safejs.Value) { c.share((*share.Tab).Lost) })
	on("heard", c.hear)
}

// clock returns the tab's time, as share wants it.
func (c *Connection) clock() time.Duration { return sinceEpoch(c.began) + time.Since(c.began) }

func sinceEpoch(t time.Time) time.Duration { return time.Duration(t.UnixNano()) }

// Lock implements [share.Wire].
func (t tabs) Lock(r share.Request) {
	t.c.caller.Call(t.js, "request", [...]string{"", "signal", "steal"}[r])
	t.c.caller.Report()
}

// Post implements [share.Wire].
func (t tabs) Post(m *share.Message) {
	t.c.caller.Call(t.js, "post", m.Head(sinceEpoch(time.Now())), m.Data, m.Kind == share.Board)
	t.c.caller.Report()
}

// share calls one of the tab's methods and shows the new status.
func (c *Connection) share(method func(*share.Tab, time.Duration)) {
	method(c.tab, c.clock())
	c.show(false)
}

// hear handles a message of another tab's. The questions of visible tabs are the clock of a hidden one that leads,
// whose timers the browser slows down.
func (c *Connection) hear(message safejs.Value) {
	c.finish()
	head, data, err := c.reader.read(message)
	m := share.ParseHead(sinceEpoch(time.Now()), head)
	if err != nil || m == nil {
		return
	}
	m.Data = data
	if m.Kind == share.Beat || m.Kind == share.Lead { // the tab keeps it
		m.Data = string([]byte(data))
	}
	c.tab.Receive(c.clock(), m)
	switch {
	case c.tab.Role() != share.Leader:
	case m.Kind == share.Retry, m.Kind == share.Ask && c.state == "signedOut": // the reader may have signed in
		c.follower.Retry(time.Now())
	default:
		c.follower.Tick(time.Now())
	}
	if m.Kind != share.Event && m.Kind != share.Note || c.state != "live" {
		c.show(false)
	}
}

// Become implements [share.Stream].
func (c *Connection) Become(r share.Role) {
	c.finish()
	now := time.Now()
	if c.state != "" {
		c.changing = now
	}
	switch r {
	case share.Leader:
		c.follower.Lead(now)
	case share.Follower:
		c.follower.Relay(now)
	case share.Resting:
		if c.follower.Ours() { // another server might not go on from the last event
			c.follower.PageHide(now)
		}
	}
}

// Snapshot implements [share.Stream].
func (c *Connection) Snapshot() []share.Message {
	id, ok := c.follower.Position()
	if !ok {
		return nil
	}
	board := share.Message{Kind: share.Board, Type: "flightSnapshot", ID: id, Data: c.applier.Snapshot()}
	if c.about == "" {
		return []share.Message{board}
	}
	about := share.Message{Kind: share.Note, Type: "flightBoard", Data: c.about, Age: time.Since(c.aboutSince)}
	return []share.Message{board, about}
}

// Apply implements [share.Stream].
func (c *Connection) Apply(m *share.Message) bool {
	now := time.Now()
	if m.Kind == share.Note {
		c.note(now, m.Type, m.Data, m.Age)
		return true
	}
	changed, about, err := c.applier.Apply(m.Type, m.Data)
	if err != nil {
		dom.Report(err)
		return false
	}
	c.follower.Message(now, m.Type, m.ID, about)
	if changed {
		c.display.ShowBoard()
	}
	return true
}

// changeWithin is how long the status stays while the tab begins or ceases to lead.
const changeWithin = time.Second

// status returns the status to show: the follower's own, or that of the tab that leads.
func (c *Connection) status(now time.Time) follow.Status {
	own := c.follower.Status(dom.UTCOffset(now.Unix()))
	if c.tab.Alone() {
		return own
	}
	if own.State == "ended" {
		c.tab.Leave()
	}
	c.tab.SetStatus(c.clock(), own.Encode())
	if leader := follow.ParseStatus(c.tab.Status(c.clock())); leader.State != "" {
		return leader
	}
	return own
}
