//go:build js && wasm

package main

import (
	"strconv"
	"time"

	"github.com/hack-pad/safejs"

	"flightboard/timetable"
	"flightboard/timetable/view"
	"flightboard/timetable/words"
)

// Controls are what a reader asks with: the search box, the pager, the columns. They tell the sheet, and show what it
// has made of it.
type controls struct {
	dom
	search, previous, next, page, pages, size, waiting, none, found, times, rows safejs.Value
	heads                                                                        *heads
	panel                                                                        *columnPanel
	intl                                                                         intl
	shown                                                                        shownControls

	read  bool   // the address was, when the page was loaded
	typed string // the parameter for which typing has made the address; "": it was made otherwise
}

type shownControls struct {
	page, pages, total, waiting int
}

// newControls finds the controls and listens to them.
func newControls(a *app) (*controls, error) {
	c := &controls{shown: shownControls{page: -1, pages: -1, total: -1}}
	for id, at := range map[string]*safejs.Value{
		"#search": &c.search, "#previous": &c.previous, "#next": &c.next, "#page": &c.page, "#pages": &c.pages,
		"#size": &c.size, "#waiting": &c.waiting, "#none": &c.none, "#found": &c.found, "#times": &c.times,
		"#flights tbody": &c.rows,
	} {
		*at = c.element(id)
	}
	c.on(a, c.search, "input", func(q *view.Query) { q.Find(c.text(c.get(c.search, "value"))) }, typing)
	c.on(a, c.previous, "click", func(q *view.Query) { q.Page-- }, choosing)
	c.on(a, c.next, "click", func(q *view.Query) { q.Page++ }, choosing)
	c.on(a, c.page, "change", func(q *view.Query) {
		if n, err := strconv.Atoi(c.text(c.get(c.page, "value"))); err == nil {
			q.Page = max(0, n-1)
		}
		c.shown.page = -1 // what was typed may be no page
	}, choosing)
	a.undo = append(a.undo, c.listen(c.size, "change", func(safejs.Value) {
		n, err := strconv.Atoi(c.text(c.get(c.size, "value")))
		if err != nil {
			n = view.All
		}
		q, seen := a.sheet.Query(), c.seen()
		row := c.index(c.get(c.rows, "rows"), seen)
		q.Resize(n, seen)
		a.ask(q, choosing)
		if !row.IsUndefined() { // it is the same element as before
			c.call(row, "scrollIntoView", map[string]any{"block": "nearest"})
		}
		c.check()
	}))
	a.undo = append(a.undo, c.listen(c.waiting, "click", func(safejs.Value) {
		a.sheet.Release()
		a.redraw()
	}), c.listen(c.times, "change", func(safejs.Value) {
		a.look(a.sheet.Hidden, c.text(c.get(c.times, "value")))
		a.writeAddress(choosing)
		a.redraw()
	}))
	c.intl.dom = &c.dom
	a.sheet.Collate(c.intl.collate)
	if c.err == nil {
		c.heads, c.err = newHeads(a)
	}
	if c.err == nil {
		c.panel, c.err = newColumnPanel(a)
	}
	return c, c.take()
}

// seen is the place on the page of the first row that is not above the window. Rows are taken to be equally high: that asks
// the browser for one box instead of hundreds.
func (c *controls) seen() int {
	box := c.call(c.rows, "getBoundingClientRect")
	above, height := -c.heads.number(c.get(box, "top")), c.heads.number(c.get(box, "height"))
	if above <= 0 || height <= above {
		return 0
	}
	rows, err := c.get(c.rows, "childElementCount").Int()
	if err != nil {
		return 0
	}
	return int(above / height * float64(rows))
}

// on lets an event change what the reader asks for.
func (c *controls) on(a *app, target safejs.Value, eventType string, change func(*view.Query), how asking) {
	a.undo = append(a.undo, c.listen(target, eventType, func(safejs.Value) {
		q := a.sheet.Query()
		change(&q)
		a.ask(q, how)
	}))
}

// An asking says what an address is to be made of a wish: typing replaces the one before, but for the first letter, so
// that the back button does not go letter by letter, and clears the box.
type asking bool

const (
	typing   asking = false
	choosing asking = true
)

// ask asks the sheet, and has the address say so.
func (a *app) ask(q view.Query, how asking) {
	before, box := a.sheet.Query(), ""
	if how == typing {
		if box = q.Differs(&before); box != a.controls.typed {
			how = choosing
		}
	}
	a.sheet.Ask(q)
	a.redraw() // only then it is known which page is the last
	a.writeAddress(how)
	a.controls.typed = box
}

// fill writes what is asked into the controls, when something else than they has asked it.
func (c *controls) fill(q view.Query, hidden timetable.Fields, zone string) error {
	c.set(c.search, "value", q.Search)
	size := "all"
	if n := q.PageSize(); n != view.All {
		size = strconv.Itoa(n)
	}
	c.set(c.size, "value", size)
	c.set(c.times, "value", zone)
	c.panel.fill(q)
	for i, show := range c.panel.shows {
		c.set(show, "checked", !hidden.Has(view.Columns[i]))
	}
	return c.take()
}

// show writes what differs from what the controls show.
func (c *controls) show(s *view.Sheet) error {
	q, old := s.Query(), &c.shown
	page, pages, total, waiting := q.Page+1, s.Pages(), s.Total(), s.Waiting()
	if page != old.page {
		c.set(c.page, "value", strconv.Itoa(page))
	}
	if pages != old.pages {
		c.set(c.pages, "textContent", strconv.Itoa(pages))
		c.set(c.page, "max", strconv.Itoa(pages))
	}
	if page != old.page || pages != old.pages {
		c.set(c.previous, "disabled", page <= 1)
		c.set(c.next, "disabled", page >= pages)
	}
	if total != old.total {
		c.set(c.found, "textContent", words.Found(total, c.intl.number(total)))
		c.set(c.none, "textContent", words.NoRows)
		c.set(c.none, "hidden", total > 0)
	}
	if waiting != old.waiting {
		c.set(c.waiting, "textContent", words.Waiting(waiting))
		c.set(c.waiting, "hidden", waiting == 0)
	}
	*old = shownControls{page: page, pages: pages, total: total, waiting: waiting}
	c.heads.show(q.Sort)
	return c.take()
}

// hold tells the sheet when the reader is in the table.
func (a *app) hold() {
	table := a.element("#flights")
	in := func(target safejs.Value, eventType string, f func(h *view.Hold)) {
		a.undo = append(a.undo, a.listen(target, eventType, func(safejs.Value) {
			h := &a.sheet.Hold
			was := h.Held()
			f(h)
			if was && !h.Held() && a.sheet.Waiting() > 0 {
				a.redraw()
			}
		}))
	}
	in(table, "pointerenter", func(h *view.Hold) { h.Pointer = true; h.Move(time.Now()) })
	in(table, "pointermove", func(h *view.Hold) { h.Pointer = true; h.Move(time.Now()) })
	in(table, "pointerleave", func(h *view.Hold) { h.Pointer = false })
	in(table, "keydown", func(h *view.Hold) { h.Move(time.Now()) })
	in(table, "focusin", func(h *view.Hold) { h.Focus = true; h.Move(time.Now()) })
	in(table, "focusout", func(h *view.Hold) { h.Focus = false })
	in(a.document, "selectionchange", func(h *view.Hold) {
		selection := a.call(a.document, "getSelection")
		h.Selection = !a.yes(a.get(selection, "isCollapsed")) && a.yes(a.call(selection, "containsNode", table, true)) // or a part of it
		a.check()
	})
}

// look sets the zone in which times are read, by its name in the page, and the columns that are hidden.
func (a *app) look(hidden timetable.Fields, zoneName string) {
	z := view.Airport
	switch zoneName {
	case "utc":
		z = view.East(0)
	case "mine":
		z = mine
	default:
		zoneName = ""
	}
	a.zoneName = zoneName
	a.sheet.Look(hidden, z)
}

// hide hides these columns, and remembers it.
func (a *app) hide(hidden timetable.Fields) {
	a.look(hidden, a.zoneName)
	a.remember(hiddenItem, view.ColumnsText(hidden))
	a.writeAddress(choosing)
	a.redraw()
}
