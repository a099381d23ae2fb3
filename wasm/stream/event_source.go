//go:build js && wasm

package stream

import (
	"github.com/hack-pad/safejs"

	"flightboard/wasm/dom"
)

// eventTypes are the types that an eventSource listens to. An EventSource has no way to listen to all.
var eventTypes = [...]string{"message", "flightStateUpdate", "flightRemoval", "flightAddition", "flightSnapshot",
	"flightChanges", "flightBoard", "heartbeat", "closedConnection", "refusal",
	"reload"}

// An eventSource wraps an EventSource, the browser's own or the polyfill's.
type eventSource struct {
	js        safejs.Value
	reader    *eventReader
	preopened *Preopened // the events before it was adopted; nil: none
	closed    bool
	undo      dom.Undo
}

// A listener is called for the events of an eventSource. Its methods must not block, nor keep an event's data.
type listener interface {
	opened()
	Receive(eventType, data, lastEventID string)
	failed(final bool)
}

// openEventSource opens a connection. After close no method of the listener is called.
func openEventSource(url string, r *eventReader, l listener) (*eventSource, error) {
	var c dom.Caller
	js := c.New(safejs.Global(), "EventSource", url, map[string]any{"withCredentials": sendsCookies(&c)})
	if err := c.Take(); err != nil {
		return nil, err
	}
	s := &eventSource{js: js, reader: r}
	return s, s.listen(l)
}

// sendsCookies reports whether the page wants a stream of another origin to get the reader's cookies.
func sendsCookies(c *dom.Caller) bool {
	page := c.Global("flightboard")
	return c.Truthy(page) && c.Truthy(c.Get(page, "withCredentials"))
}

// listen calls the listener for all later events.
func (s *eventSource) listen(l listener) error {
	var c dom.Caller
	on := func(eventType string, f func(event safejs.Value)) {
		s.undo.Add(c.Listen(s.js, eventType, f))
	}
	on("open", func(safejs.Value) { l.opened() })
	on("error", func(safejs.Value) { l.failed(s.readyState() == closedState) })
	for _, eventType := range eventTypes {
		on(eventType, func(event safejs.Value) { s.reader.dispatch(l, eventType, event) })
	}
	if err := c.Take(); err != nil {
		s.close()
		return err
	}
	return nil
}

// The ready states of an EventSource, as the HTML standard numbers them.
const (
	openState   = 1
	closedState = 2
)

// readyState returns closedState also if the state cannot be read: such an EventSource is of no use.
func (s *eventSource) readyState() int {
	var c dom.Caller
	state := c.Int(c.Get(s.js, "readyState"))
	if c.Err() != nil {
		return closedState
	}
	return state
}

func (s *eventSource) close() {
	s.closed = true
	if _, err := s.js.Call("close"); err != nil {
		dom.Report(err)
	}
	s.undo.Run()
}
