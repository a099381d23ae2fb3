//go:build js && wasm

package main

import (
	"github.com/hack-pad/safejs"

	"flightboard/timetable/view"
	"flightboard/timetable/words"
)

// A columnPanel is where columns are shown, hidden and filtered. It is built when it is opened first.
type columnPanel struct {
	dom
	built   bool
	shows   []safejs.Value // by place in view.Columns
	filters []safejs.Value
}

func newColumnPanel(a *app) (*columnPanel, error) {
	p := &columnPanel{}
	details := p.element("#columns")
	closes := func(event safejs.Value) { // Escape, and a press elsewhere
		if p.text(p.get(event, "type")) == "keydown" {
			if p.text(p.get(event, "key")) != "Escape" {
				return
			}
			p.call(p.element("#columns > summary"), "focus")
		} else if p.yes(p.call(details, "contains", p.get(event, "target"))) {
			return
		}
		p.set(details, "open", false)
		p.check()
	}
	a.undo = append(a.undo, p.listen(details, "keydown", closes), p.listen(a.document, "pointerdown", closes))
	a.undo = append(a.undo, p.listen(details, "toggle", func(safejs.Value) {
		if !p.built {
			p.built = true
			p.build(a, details)
			p.fill(a.sheet.Query())
		}
		for i, c := range view.Columns {
			p.set(p.shows[i], "checked", !a.sheet.Hidden.Has(c))
		}
		if err := p.take(); err != nil {
			report(err)
		}
	}))
	return p, p.take()
}

func (p *columnPanel) build(a *app, details safejs.Value) {
	document := p.get(safejs.Global(), "document")
	list := p.call(document, "createElement", "ul")
	for _, c := range view.Columns {
		make := func(name, kind string) safejs.Value {
			e := p.call(document, "createElement", name)
			if kind != "" {
				p.set(e, "type", kind)
			}
			return e
		}
		item, label, show, filter := make("li", ""), make("label", ""), make("input", "checkbox"), make("input", "search")
		p.set(show, "name", c.String())
		p.set(filter, "name", c.String())
		p.call(filter, "setAttribute", "aria-label", words.Filter(c))
		p.set(filter, "placeholder", words.Filter(c))
		p.call(label, "append", show, words.Column(c))
		p.call(item, "append", label, filter)
		p.call(list, "append", item)
		a.undo = append(a.undo,
			p.listen(show, "change", func(safejs.Value) {
				hidden := a.sheet.Hidden &^ c.Bit()
				if !p.yes(p.get(show, "checked")) {
					hidden |= c.Bit()
				}
				if view.Shown(&a.board)&^hidden == 0 { // a board has a column
					p.set(show, "checked", true)
					return
				}
				a.hide(hidden)
			}),
			p.listen(filter, "input", func(safejs.Value) {
				q := a.sheet.Query()
				q.Filter(c, p.text(p.get(filter, "value")))
				a.ask(q, typing)
			}))
		p.shows, p.filters = append(p.shows, show), append(p.filters, filter)
	}
	p.call(details, "append", list)
}

// fill writes the filters of a query that did not come from them.
func (p *columnPanel) fill(q view.Query) {
	if !p.built {
		return
	}
	for i, c := range view.Columns {
		p.set(p.filters[i], "value", q.Filters[c])
	}
	if err := p.take(); err != nil {
		report(err)
	}
}
