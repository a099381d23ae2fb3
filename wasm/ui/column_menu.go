//go:build js && wasm

package ui

import (
	"maps"

	"github.com/hack-pad/safejs"

	"flightboard/timetable"
	"flightboard/timetable/view"
	"flightboard/timetable/words"
	"flightboard/wasm/dom"
)

// A columnMenu shows, hides and filters columns. It is built when it is first opened.
type columnMenu struct {
	dom.Caller
	columns columns
	built   bool
	shows   []safejs.Value // checkboxes, by place in view.Columns
	filters []safejs.Value
	active  safejs.Value               // the buttons that show the filters and remove them
	shown   map[timetable.Field]string // the filters that they show
	removes dom.Undo                   // of the buttons
	undo    dom.Undo
}

// Columns are the columns of a table, which can be hidden.
type columns interface {
	asker
	filled() timetable.Fields // those that the board has, hidden or not
	hidden() timetable.Fields
	hide(timetable.Fields)
}

func newColumnMenu(c columns) (*columnMenu, error) {
	m := &columnMenu{columns: c}
	details := m.Element("#columns")
	m.active = m.Create("span")
	m.Set(m.active, "className", "filters")
	m.Call(details, "after", m.active)
	closes := func(event safejs.Value) { // Escape, and a press elsewhere
		if m.Text(m.Get(event, "type")) == "keydown" {
			if m.Text(m.Get(event, "key")) != "Escape" {
				return
			}
			m.Call(m.Element("#columns > summary"), "focus")
		} else if m.Truthy(m.Call(details, "contains", m.Get(event, "target"))) {
			return
		}
		m.Set(details, "open", false)
	}
	m.undo.Add(
		m.Listen(details, "keydown", closes),
		m.Listen(m.Global("document"), "pointerdown", closes),
		m.Listen(details, "toggle", func(safejs.Value) {
			if !m.built {
				m.built = true
				m.build(details)
				m.fillFilters(c.query())
			}
			m.fillChecks(c.hidden())
		}))
	return m, m.Take()
}

func (m *columnMenu) build(details safejs.Value) {
	list := m.Create("ul")
	for _, c := range view.Columns {
		item, label, show, filter := m.Create("li"), m.Create("label"), m.Create("input"), m.Create("input")
		m.Set(show, "type", "checkbox")
		m.Set(show, "name", c.String())
		m.Set(filter, "type", "search")
		m.Set(filter, "name", c.String())
		m.Call(label, "append", show, "")
		m.Call(item, "append", label, filter)
		m.Call(list, "append", item)
		m.undo.Add(
			m.Listen(show, "change", func(safejs.Value) { m.toggle(c, show) }),
			m.Listen(filter, "input", func(safejs.Value) {
				q := m.columns.query()
				q.Filter(c, m.Text(m.Get(filter, "value")))
				m.columns.ask(q, typing)
			}))
		m.shows, m.filters = append(m.shows, show), append(m.filters, filter)
	}
	m.label()
	m.Call(details, "append", list)
}

// label writes the texts of the menu.
func (m *columnMenu) label() {
	for i, c := range view.Columns {
		m.Call(m.filters[i], "setAttribute", "aria-label", words.Filter(c))
		m.Set(m.filters[i], "placeholder", words.Filter(c))
		m.Set(m.Get(m.shows[i], "nextSibling"), "data", words.Column(c))
	}
}

// reword writes the texts in another language; the next show writes those of the buttons.
func (m *columnMenu) reword() {
	if m.built {
		m.label()
	}
	m.shown = nil
	m.Report()
}

// toggle shows or hides a column when its checkbox has changed. The last column cannot be hidden.
func (m *columnMenu) toggle(c timetable.Field, show safejs.Value) {
	hidden := m.columns.hidden() &^ c.Bit()
	if !m.Truthy(m.Get(show, "checked")) {
		hidden |= c.Bit()
	}
	if m.columns.filled()&^hidden == 0 {
		m.Set(show, "checked", true)
		return
	}
	m.columns.hide(hidden)
}

// fill implements field.
func (m *columnMenu) fill(q view.Query, hidden timetable.Fields, _ string) error {
	if m.built {
		m.fillFilters(q)
		m.fillChecks(hidden)
	}
	return m.Take()
}

func (m *columnMenu) fillFilters(q view.Query) {
	for i, c := range view.Columns {
		m.Set(m.filters[i], "value", q.Filters[c])
	}
}

func (m *columnMenu) fillChecks(hidden timetable.Fields) {
	for i, c := range view.Columns {
		m.Set(m.shows[i], "checked", !hidden.Has(c))
	}
}

// show shows the query's filters beside the menu, each on a button that removes it: the menu is closed most of the
// time, and rows that are left out must not look like all there are.
func (m *columnMenu) show(q view.Query) error {
	if maps.Equal(q.Filters, m.shown) {
		return m.Take()
	}
	m.shown = q.Filters
	held := m.Truthy(m.Call(m.active, "contains", m.Get(m.Global("document"), "activeElement")))
	m.Call(m.active, "replaceChildren")
	m.removes.Run()
	for _, c := range view.Columns {
		text := q.Filters[c]
		if text == "" {
			continue
		}
		button := m.Create("button")
		m.Set(button, "type", "button")
		m.Set(button, "textContent", words.Filtered(c, text))
		m.Call(button, "setAttribute", "aria-label", words.RemoveFilter(c, text))
		m.removes.Add(m.Listen(button, "click", func(safejs.Value) {
			q := m.columns.query()
			q.Filter(c, "")
			m.columns.ask(q, choosing)
			if m.built {
				m.fillFilters(m.columns.query())
			}
		}))
		m.Call(m.active, "append", button)
	}
	if held {
		next := m.Get(m.active, "firstElementChild")
		if !m.Truthy(next) {
			next = m.Element("#columns > summary")
		}
		m.Call(next, "focus")
	}
	return m.Take()
}
