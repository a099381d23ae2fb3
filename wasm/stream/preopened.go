//go:build js && wasm

package main

import "github.com/hack-pad/safejs"

// An early is the EventSource that boot.js has opened while this program was still on its way, and what has come since.
type early struct {
	url         string
	eventSource safejs.Value
	events      safejs.Value // an array, in the order in which they came, without heartbeats
	release     safejs.Value // ends boot.js's listening
}

// adoptSource takes over the connection. What it has dispatched before is told by catchUp.
func adoptSource(e *early, ear *ear, l listener) (*source, error) {
	if _, err := e.release.Invoke(); err != nil {
		return nil, err
	}
	s := &source{eventSource: e.eventSource, ear: ear, early: e}
	return s, s.listen(l)
}

// catchUp tells the listener what has happened before it listened. The listener may close the source meanwhile.
func (s *source) catchUp(l listener) {
	if s.early == nil {
		return
	}
	past := s.early.events
	s.early = nil
	n, err := past.Length()
	if err != nil {
		report(err)
	}
	state := s.state()
	if n > 0 || state == stateOpen {
		l.opened()
	}
	for i := range n {
		if s.closed {
			return
		}
		var d dom
		event := d.index(past, i)
		eventType := d.text(d.get(event, "type"))
		if err := d.take(); err != nil {
			report(err)
			continue
		}
		s.tell(l, eventType, event)
	}
	if !s.closed && (state == stateClosed || n > 0 && state != stateOpen) {
		l.failed(state == stateClosed)
	}
}
