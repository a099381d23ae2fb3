//go:build js && wasm

package stream

import (
	"github.com/hack-pad/safejs"

	"flightboard/wasm/dom"
)

// A Preopened is the EventSource that boot.js opened before this program was loaded, and its events since then.
type Preopened struct {
	URL         string
	EventSource safejs.Value
	Events      safejs.Value // an array, in the order in which they came, without heartbeats
	Release     safejs.Value // removes boot.js's listeners
}

// adopt makes the listener the receiver of a preopened connection's events. catchUp delivers the earlier ones.
func adopt(p *Preopened, r *eventReader, l listener) (*eventSource, error) {
	if _, err := p.Release.Invoke(); err != nil {
		return nil, err
	}
	s := &eventSource{js: p.EventSource, reader: r, preopened: p}
	return s, s.listen(l)
}

// catchUp calls the listener for the events before the adoption. The listener may close the eventSource
// meanwhile.
func (s *eventSource) catchUp(l listener) {
	if s.preopened == nil {
		return
	}
	past := s.preopened.Events
	s.preopened = nil
	n, err := past.Length()
	if err != nil {
		dom.Report(err)
	}
	state := s.readyState()
	if n > 0 || state == openState {
		l.opened()
	}
	each(past, func(event safejs.Value, eventType string) bool {
		if !s.closed {
			s.reader.dispatch(l, eventType, event)
		}
		return !s.closed
	})
	if !s.closed && (state == closedState || n > 0 && state != openState) {
		l.failed(state == closedState)
	}
}
