//go:build js && wasm

package ui

import (
	"github.com/hack-pad/safejs"

	"flightboard/wasm/dom"
)

// moveFocus moves the focus from an element that is about to be disabled, hidden or removed to the first of the others
// that can have it, or to the button that unfolds them. Otherwise the browser gives it to the body, and a reader at the
// keyboard begins anew.
func moveFocus(c *dom.Caller, from safejs.Value, to ...safejs.Value) {
	if c.Err() != nil || !c.Get(c.Global("document"), "activeElement").Equal(from) {
		return
	}
	for _, element := range append(to, c.Element("#more")) {
		if !c.Truthy(c.Get(element, "disabled")) && !c.Truthy(c.Get(element, "hidden")) && focus(c, element) {
			return
		}
	}
}

// focus moves the focus to an element, and reports whether it is there: an element that the style hides does not take
// it.
func focus(c *dom.Caller, element safejs.Value) bool {
	c.Call(element, "focus")
	return c.Err() != nil || c.Get(c.Global("document"), "activeElement").Equal(element)
}

// A rowFocus keeps the focus in the table while rows move and leave: an element that is moved loses it.
type rowFocus struct {
	noted    bool         // since the last settle
	scrolled safejs.Value // while rows are sorted: how far the window was; undefined otherwise
	element  safejs.Value // in the table's body, that had the focus; undefined: none
	place    int          // of its row in the table, whose first row has the headings
}

// refocusing is true while the program itself takes the focus and gives it back, which is no sign of the reader: some
// browsers dispatch focusout for an element that is moved, others do not.
var refocusing bool

// noteFocus notes what has the focus, before the first row of a drawing moves.
func (s *Surface) noteFocus() {
	if s.focus.noted {
		return
	}
	s.focus = rowFocus{noted: true}
	active := s.Get(s.Global("document"), "activeElement")
	if s.Truthy(active) && s.Truthy(s.Call(active, "closest", "#flights > tbody")) {
		refocusing = true
		if s.stays() {
			s.focus.scrolled = s.Get(safejs.Global(), "scrollY")
		}
		s.focus.element = active
		s.focus.place = s.Int(s.Get(s.Call(active, "closest", "tr"), "rowIndex"))
	}
}

// Settle completes a drawing: it writes texts, puts the rows where they belong, tells screen readers whether the table
// is about to change further (aria-busy), and gives the focus back to the element that had it, or, if its flight has
// left, to the next row, or to the last one, or to the table's head.
func (s *Surface) Settle(more bool) {
	s.writeTexts()
	s.flush()
	s.tidy()
	if more != s.busy {
		s.busy = more
		s.Call(s.table, "setAttribute", "aria-busy", more)
	}
	f := s.focus
	s.focus = rowFocus{}
	if f.element.IsUndefined() {
		return
	}
	to := f.element
	if !s.Truthy(s.Get(to, "isConnected")) || !s.Truthy(s.Call(to, "closest", "tr[data-flight]")) {
		to = safejs.Null()
		if row := s.flightNear(f.place); s.Truthy(row) {
			to = s.Call(row, "querySelector", `td[tabindex="0"], .star button`)
		}
		if !s.Truthy(to) {
			to = s.Element("#flights th:not([hidden]) button")
		}
	}
	if s.Err() == nil && !s.Get(s.Global("document"), "activeElement").Equal(to) {
		s.Call(to, "focus", map[string]any{"preventScroll": true})
	}
	refocusing = false
	if !f.scrolled.IsUndefined() { // Chromium has followed the row that had the focus
		s.Call(safejs.Global(), "scrollTo", 0, f.scrolled)
	}
}

// stays reports whether the rows are being sorted, so that the window has to stay where it is: see address.stay.
func (s *Surface) stays() bool {
	style := s.Get(s.Get(s.Global("document"), "documentElement"), "style")
	return s.Err() == nil && !style.IsUndefined() &&
		s.Text(s.Call(style, "getPropertyValue", "overflow-anchor")) == "none"
}

// flightNear returns the first row from a place on that is a flight's and does not fade, or else the last one before.
func (s *Surface) flightNear(place int) safejs.Value {
	rows := s.Get(s.table, "rows")
	last := s.Int(s.Get(rows, "length")) - 1
	isFlight := func(i int) bool { return s.Truthy(s.Call(s.Index(rows, i), "hasAttribute", "data-flight")) }
	for i := place; i <= last; i++ {
		if isFlight(i) {
			return s.Index(rows, i)
		}
	}
	for i := min(place-1, last); i >= 0; i-- {
		if isFlight(i) {
			return s.Index(rows, i)
		}
	}
	return safejs.Null()
}

// settleHead moves the focus from a header cell that was hidden to the first one that is shown.
func (s *Surface) settleHead() {
	active := s.Get(s.Global("document"), "activeElement")
	if s.Truthy(active) && s.Truthy(s.Call(active, "closest", "#flights th[hidden]")) {
		s.Call(s.Element("#flights th:not([hidden]) button"), "focus")
	}
}
