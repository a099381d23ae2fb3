//go:build js && wasm

package main

import (
	"github.com/hack-pad/safejs"

	"flightboard/timetable/words"
	"flightboard/wasm/follow"
)

// A panel is what the page says about the board: the status line, the second lamp, the banner, and the buttons.
type panel struct {
	dom
	status, feed, banner, stop, retry, table safejs.Value
	parts                                    [5]safejs.Value // of the status line, in its order
	shown                                    follow.Status
}

func newPanel() (*panel, error) {
	p := &panel{}
	p.status, p.feed, p.banner = p.element("#status"), p.element("#feed"), p.element("#banner")
	p.stop, p.retry, p.table = p.element("#stop"), p.element("#retry"), p.element("#flights")
	p.call(p.status, "replaceChildren")
	document := p.get(safejs.Global(), "document")
	for i := range p.parts {
		span := p.call(document, "createElement", "span")
		p.call(p.status, "append", span)
		p.parts[i] = span
	}
	return p, p.take()
}

// show writes what differs from what the panel shows.
func (p *panel) show(s follow.Status) error {
	old := &p.shown
	before := [...]string{old.Lead, old.Count, old.Rest, old.Age, old.Cause}
	for i, text := range [...]string{s.Lead, s.Count, s.Rest, s.Age, s.Cause} {
		if text != before[i] {
			p.set(p.parts[i], "textContent", text)
		}
	}
	if s.State != old.State {
		p.call(p.status, "setAttribute", "data-status", s.State)
	}
	p.lamp(p.feed, s.Feed, old.Feed)
	p.lamp(p.banner, s.Banner, old.Banner)
	if s.Retry != old.Retry {
		p.set(p.retry, "hidden", !s.Retry)
	}
	if s.Resume != old.Resume || old.State == "" {
		says := words.StopUpdates
		if s.Resume {
			says = words.ResumeUpdates
		}
		p.set(p.stop, "textContent", says)
		p.set(p.stop, "hidden", false)
	}
	if s.NoStops != old.NoStops {
		p.set(p.stop, "disabled", s.NoStops)
	}
	if s.Dimmed != old.Dimmed {
		p.call(p.table, "toggleAttribute", "data-stale", s.Dimmed)
	}
	p.shown = s
	return p.take()
}

// lamp shows an element while there is something to say in it.
func (p *panel) lamp(element safejs.Value, text, before string) {
	if text != before {
		p.set(element, "textContent", text)
		p.set(element, "hidden", text == "")
	}
}
