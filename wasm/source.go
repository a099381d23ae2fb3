//go:build js && wasm

package main

import "github.com/hack-pad/safejs"

// events are the types that a source listens to. An EventSource has no way to listen to all.
var events = [...]string{"message", "flightStateUpdate", "flightRemoval", "flightAddition", "flightSnapshot",
	"flightChanges", "heartbeat", "closedConnection", "reload"}

// A source is one EventSource.
type source struct {
	eventSource safejs.Value
	undo        []func()
}

// A listener is told what a source does. Its methods must not block.
type listener interface {
	opened()
	message(eventType, data, lastEventID string)
	failed(final bool)
}

// openSource opens a connection. After close the listener is told nothing more.
func openSource(url string, l listener) (*source, error) {
	constructor, err := safejs.Global().Get("EventSource")
	if err != nil {
		return nil, err
	}
	eventSource, err := constructor.New(url)
	if err != nil {
		return nil, err
	}
	s := &source{eventSource: eventSource}
	var d dom
	on := func(eventType string, f func(event safejs.Value)) {
		s.undo = append(s.undo, d.listen(eventSource, eventType, f))
	}
	on("open", func(safejs.Value) { l.opened() })
	on("error", func(safejs.Value) {
		const closed = 2
		state, err := eventSource.Get("readyState")
		n, err2 := state.Int()
		l.failed(err != nil || err2 != nil || n == closed)
	})
	for _, eventType := range events {
		on(eventType, func(event safejs.Value) {
			var d dom
			data, id := d.text(d.get(event, "data")), d.text(d.get(event, "lastEventId"))
			if err := d.take(); err != nil {
				report(err)
				return
			}
			l.message(eventType, data, id)
		})
	}
	if err := d.take(); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *source) close() {
	if _, err := s.eventSource.Call("close"); err != nil {
		report(err)
	}
	for _, undo := range s.undo {
		undo()
	}
}
