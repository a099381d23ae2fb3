//go:build js && wasm

package main

import "github.com/hack-pad/safejs"

// events are the types that a source listens to. An EventSource has no way to listen to all.
var events = [...]string{"message", "flightStateUpdate", "flightRemoval", "flightAddition", "flightSnapshot",
	"flightChanges", "heartbeat", "closedConnection", "reload"}

// A source is one EventSource.
type source struct {
	eventSource safejs.Value
	ear         *ear
	early       *early // what it has dispatched before it was ours; nil: nothing
	closed      bool
	undo        []func()
}

// A listener is told what a source does. Its methods must not block, nor keep an event's data.
type listener interface {
	opened()
	message(eventType, data, lastEventID string)
	failed(final bool)
}

// openSource opens a connection. After close the listener is told nothing more.
func openSource(url string, ear *ear, l listener) (*source, error) {
	constructor, err := safejs.Global().Get("EventSource")
	if err != nil {
		return nil, err
	}
	eventSource, err := constructor.New(url)
	if err != nil {
		return nil, err
	}
	s := &source{eventSource: eventSource, ear: ear}
	return s, s.listen(l)
}

// listen tells the listener what comes from now on.
func (s *source) listen(l listener) error {
	var d dom
	on := func(eventType string, f func(event safejs.Value)) {
		s.undo = append(s.undo, d.listen(s.eventSource, eventType, f))
	}
	on("open", func(safejs.Value) { l.opened() })
	on("error", func(safejs.Value) { l.failed(s.state() == stateClosed) })
	for _, eventType := range events {
		on(eventType, func(event safejs.Value) { s.tell(l, eventType, event) })
	}
	if err := d.take(); err != nil {
		s.close()
		return err
	}
	return nil
}

func (s *source) tell(l listener, eventType string, event safejs.Value) {
	id, data, err := s.ear.hear(event)
	if err != nil {
		report(err)
		return
	}
	l.message(eventType, data, id)
}

// The ready states of an EventSource.
const (
	stateOpen   = 1
	stateClosed = 2
)

// state is the EventSource's ready state; one that does not tell it is of no more use.
func (s *source) state() int {
	state, err := s.eventSource.Get("readyState")
	if err != nil {
		return stateClosed
	}
	n, err := state.Int()
	if err != nil {
		return stateClosed
	}
	return n
}

func (s *source) close() {
	s.closed = true
	if _, err := s.eventSource.Call("close"); err != nil {
		report(err)
	}
	for _, undo := range s.undo {
		undo()
	}
}
