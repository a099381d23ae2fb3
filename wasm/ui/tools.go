//go:build js && wasm

package ui

import (
	"strconv"

	"github.com/hack-pad/safejs"

	"flightboard/timetable"
	"flightboard/timetable/view"
	"flightboard/timetable/words"
	"flightboard/wasm/dom"
)

// Tools are the controls above and below the table (class tools in the page): the search box, the choice of a zone, the
// pager, and the button that applies waiting changes.
type tools struct {
	dom.Caller
	search, previous, next, page, pages, size, waiting, none, found, times, table, stop safejs.Value

	sheet *view.Sheet
	asker zoneAsker
	intl  dom.Intl
	known bool // the board is the server's, and not only what the page has brought of it
	shown shownTools
	undo  dom.Undo

	reworded bool // the language has changed since the tools were shown
}

// A zoneAsker also sets the zone in which times are read, by its name in the page.
type zoneAsker interface {
	asker
	setZone(name string)
}

type shownTools struct {
	page, pages, total, waiting int
	none                        string // what stands in the place of rows
	known                       bool
}

func newTools(sheet *view.Sheet, asker zoneAsker, drawer Drawer) (*tools, error) {
	t := &tools{sheet: sheet, asker: asker, shown: shownTools{page: -1, pages: -1, total: -1}}
	for selector, element := range map[string]*safejs.Value{
		"#search": &t.search, "#previous": &t.previous, "#next": &t.next, "#page": &t.page, "#pages": &t.pages,
		"#size": &t.size, "#waiting": &t.waiting, "#none": &t.none, "#found": &t.found, "#times": &t.times,
		"#flights": &t.table, "#stop": &t.stop,
	} {
		*element = t.Element(selector)
	}
	t.on(t.search, "input", func(q *view.Query) { q.Find(t.searched()) }, typing)
	t.on(t.previous, "click", func(q *view.Query) { q.Page-- }, choosing)
	t.on(t.next, "click", func(q *view.Query) { q.Page++ }, choosing)
	t.on(t.page, "change", func(q *view.Query) {
		if n, err := strconv.Atoi(t.value(t.page)); err == nil {
			q.Page = max(0, n-1)
		}
		t.shown.page = -1 // the typed text may not be a page
	}, choosing)
	t.undo.Add(
		t.Listen(t.size, "change", func(safejs.Value) { t.resize() }),
		t.Listen(t.waiting, "click", func(safejs.Value) {
			sheet.Release()
			drawer.Redraw()
		}),
		t.Listen(t.times, "change", func(safejs.Value) { asker.setZone(t.value(t.times)) }))
	t.intl.Caller = &t.Caller
	sheet.Collate(t.intl.Collate)
	return t, t.Take()
}

// on lets an event change the query.
func (t *tools) on(target safejs.Value, eventType string, change func(*view.Query), how input) {
	t.undo.Add(t.Listen(target, eventType, func(safejs.Value) {
		q := t.asker.query()
		change(&q)
		t.asker.ask(q, how)
	}))
}

func (t *tools) value(control safejs.Value) string { return t.Text(t.Get(control, "value")) }

// searched returns the text in the search box.
func (t *tools) searched() string { return t.value(t.search) }

func (t *tools) setSearched(text string) { t.Set(t.search, "value", text) }

// resize changes how many rows a page has, and keeps the first row that the reader sees in view.
func (t *tools) resize() {
	n, err := strconv.Atoi(t.value(t.size))
	if err != nil {
		n = view.All
	}
	q, first := t.asker.query(), t.firstSeen()
	row := t.Index(t.Get(t.table, "rows"), 1+first) // after the headings
	q.Resize(n, max(0, first-t.sheet.Pinned()))
	t.asker.ask(q, choosing)
	if !row.IsUndefined() { // it is the same element as before
		t.Call(row, "scrollIntoView", map[string]any{"block": "nearest"})
	}
}

// firstSeen returns the place on the page of the first row that is not above the window. It assumes that the rows of a
// tbody have the same height, so that it does not measure each.
func (t *tools) firstSeen() (first int) {
	bodies := t.Get(t.table, "tBodies")
	for i := range t.Int(t.Get(bodies, "length")) {
		body := t.Index(bodies, i)
		box, rows := t.Call(body, "getBoundingClientRect"), t.Int(t.Get(body, "childElementCount"))
		above, height := -t.Float(t.Get(box, "top")), t.Float(t.Get(box, "height"))
		if above <= 0 {
			return first
		}
		if above < height {
			return first + int(above/height*float64(rows))
		}
		first += rows
	}
	return 0
}

// fill implements field.
func (t *tools) fill(q view.Query, _ timetable.Fields, zone string) error {
	t.setSearched(q.Search)
	size := "all"
	if n := q.PageSize(); n != view.All {
		size = strconv.Itoa(n)
	}
	t.Set(t.size, "value", size)
	t.Set(t.times, "value", zone)
	return t.Take()
}

// show writes the differences from the values that the tools show.
func (t *tools) show(s *view.Sheet) error {
	old := &t.shown
	page, pages, total, waiting := s.Page()+1, s.Pages(), s.Total(), s.Waiting()
	if waiting > 0 && old.total > 0 {
		total = old.total // of the rows that are held
	}
	none := ""
	if q := s.Query(); total == 0 {
		none = words.None(t.known, q.Asks())
	}
	if page != old.page {
		t.Set(t.page, "value", strconv.Itoa(page))
	}
	if pages != old.pages {
		t.Set(t.pages, "textContent", strconv.Itoa(pages))
		t.Set(t.page, "max", strconv.Itoa(pages))
	}
	if page != old.page || pages != old.pages {
		t.enable(page > 1, page < pages)
	}
	if total != old.total || t.known != old.known || t.reworded {
		found := ""
		if t.known {
			found = words.Found(total, t.intl.Number(total))
		}
		t.Set(t.found, "textContent", found)
	}
	if none != old.none {
		t.Set(t.none, "textContent", none)
		t.Set(t.none, "hidden", none == "")
	}
	if waiting != old.waiting || t.reworded {
		t.Set(t.waiting, "textContent", words.Waiting(waiting))
		if waiting == 0 {
			moveFocus(&t.Caller, t.waiting, t.stop, t.search)
		}
		t.Set(t.waiting, "hidden", waiting == 0)
	}
	t.reworded = false
	*old = shownTools{page, pages, total, waiting, none, t.known}
	return t.Take()
}

// reword makes the next show write all texts.
func (t *tools) reword() {
	t.reworded, t.intl = true, dom.Intl{Caller: &t.Caller}
}

// enable enables the pager's buttons or disables them. If one has the focus that is to be disabled, the other one gets
// it, or the box between them.
func (t *tools) enable(previous, next bool) {
	if previous {
		t.Set(t.previous, "disabled", false)
	}
	if next {
		t.Set(t.next, "disabled", false)
	}
	if !previous {
		moveFocus(&t.Caller, t.previous, t.next, t.page)
		t.Set(t.previous, "disabled", true)
	}
	if !next {
		moveFocus(&t.Caller, t.next, t.previous, t.page)
		t.Set(t.next, "disabled", true)
	}
}
