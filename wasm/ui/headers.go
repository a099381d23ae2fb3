//go:build js && wasm

package main

import (
	"slices"
	"strconv"

	"github.com/hack-pad/safejs"

	"flightboard/timetable"
	"flightboard/timetable/view"
	"flightboard/timetable/words"
)

// Heads are the header cells: a button in each sorts, and an edge resizes the column.
type heads struct {
	*dom
	table safejs.Value
	cells []headCell // by place in view.Columns
	shown []view.Key
	from  float64 // where the pointer took the edge
	width float64 // and how wide the column was
	held  int     // whose edge it has; -1: none
}

type headCell struct {
	th, arrow, edge safejs.Value
	width           int // in pixels; 0: as the table sees fit
}

// Widths of columns, in pixels: the narrowest, and what a key moves.
const (
	narrowest = 72
	stride    = 16
)

func newHeads(a *app) (*heads, error) {
	h := &heads{dom: new(dom), held: -1}
	h.table = h.element("#flights")
	document := h.get(safejs.Global(), "document")
	create := func(name, class string) safejs.Value {
		e := h.call(document, "createElement", name)
		h.set(e, "className", class)
		return e
	}
	for _, c := range view.Columns {
		th := h.element(`#flights th[data-col="` + c.String() + `"]`)
		button, arrow, edge := create("button", "sort"), create("span", "arrow"), create("span", "edge")
		h.set(button, "type", "button")
		h.set(button, "textContent", h.get(th, "textContent"))
		h.call(arrow, "setAttribute", "aria-hidden", "true")
		h.call(button, "append", arrow)
		for name, value := range map[string]string{"role": "separator", "aria-orientation": "vertical", "tabindex": "0", "aria-label": words.Width(c), "aria-valuenow": "0"} {
			h.call(edge, "setAttribute", name, value)
		}
		h.call(th, "replaceChildren", button, edge)
		h.cells = append(h.cells, headCell{th: th, arrow: arrow, edge: edge})
	}
	row := h.element("#flights thead")
	h.on(a, row, "click", func(event safejs.Value, i int) {
		if h.isEdge(event) {
			return
		}
		q := a.sheet.Query()
		q.Click(view.Columns[i], h.yes(h.get(event, "shiftKey")))
		a.ask(q, choosing)
	})
	h.on(a, row, "pointerdown", func(event safejs.Value, i int) {
		if h.isEdge(event) {
			h.freeze()
			h.held, h.from, h.width = i, h.number(h.get(event, "clientX")), float64(h.cells[i].width)
			h.call(h.get(event, "target"), "setPointerCapture", h.get(event, "pointerId"))
			h.call(event, "preventDefault")
		}
	})
	h.on(a, row, "pointermove", func(event safejs.Value, _ int) {
		if h.held >= 0 {
			h.resize(h.held, int(h.width+h.direction()*(h.number(h.get(event, "clientX"))-h.from)))
		}
	})
	for _, end := range []string{"pointerup", "pointercancel"} {
		h.on(a, row, end, func(safejs.Value, int) {
			if h.held >= 0 {
				h.held = -1
				a.remember(widthsItem, h.written())
			}
		})
	}
	h.on(a, row, "keydown", func(event safejs.Value, i int) {
		by := map[string]float64{"ArrowLeft": -stride, "ArrowRight": stride}[h.text(h.get(event, "key"))]
		if by == 0 || !h.isEdge(event) {
			return
		}
		h.call(event, "preventDefault")
		h.freeze()
		h.resize(i, h.cells[i].width+int(by*h.direction()))
		a.remember(widthsItem, h.written())
	})
	h.on(a, row, "dblclick", func(event safejs.Value, _ int) {
		if h.isEdge(event) {
			h.loosen()
			a.remember(widthsItem, "")
		}
	})
	h.restore(a.recall(widthsItem))
	return h, h.take()
}

// on listens to the header cells; f gets the place of the one concerned.
func (h *heads) on(a *app, row safejs.Value, eventType string, f func(event safejs.Value, i int)) {
	a.undo = append(a.undo, h.listen(row, eventType, func(event safejs.Value) {
		th := h.call(h.get(event, "target"), "closest", "th")
		i := slices.IndexFunc(h.cells, func(c headCell) bool { return h.err == nil && c.th.Equal(th) })
		if i >= 0 {
			f(event, i)
		}
		if err := h.take(); err != nil {
			report(err)
		}
	}))
}

func (h *heads) isEdge(event safejs.Value) bool {
	return h.text(h.get(h.get(event, "target"), "className")) == "edge"
}

func (h *heads) number(v safejs.Value) float64 {
	if h.err != nil {
		return 0
	}
	n, err := v.Float()
	h.err = err
	return n
}

// direction is -1 where lines run from right to left.
func (h *heads) direction() float64 {
	style := h.call(safejs.Global(), "getComputedStyle", h.table)
	if h.text(h.get(style, "direction")) == "rtl" {
		return -1
	}
	return 1
}

// show shows by which columns the rows are sorted. Only the first is told to screen readers, as ARIA has it.
func (h *heads) show(keys []view.Key) {
	if slices.Equal(keys, h.shown) {
		return
	}
	h.shown = slices.Clone(keys)
	for i, c := range view.Columns {
		n := slices.IndexFunc(keys, func(k view.Key) bool { return k.Column == c })
		arrow, order := "", "ascending"
		if n >= 0 {
			arrow = "▲"
			if keys[n].Descending {
				arrow, order = "▼", "descending"
			}
			if len(keys) > 1 {
				arrow += strconv.Itoa(n + 1)
			}
		}
		h.set(h.cells[i].arrow, "textContent", arrow)
		if n == 0 {
			h.call(h.cells[i].th, "setAttribute", "aria-sort", order)
		} else {
			h.call(h.cells[i].th, "removeAttribute", "aria-sort")
		}
	}
	if err := h.take(); err != nil {
		report(err)
	}
}

// freeze writes down how wide the columns are, so that one can change without those that are not beside it.
func (h *heads) freeze() {
	var wide [16]int
	for i := range h.cells { // all are read before the first is set, which changes them
		wide[i] = int(h.number(h.get(h.cells[i].th, "offsetWidth")))
	}
	h.call(h.table, "setAttribute", "data-fixed", "")
	for i := range h.cells {
		if wide[i] > 0 {
			h.wide(i, wide[i])
		}
	}
}

// resize makes a column this wide, at the cost of the next one, or of the one before the last, so that the table is as
// wide as before.
func (h *heads) resize(i, width int) {
	other := -1
	for n := range h.cells {
		if n != i && (other < 0 || other < i) && !h.yes(h.get(h.cells[n].th, "hidden")) {
			other = n
		}
	}
	if other < 0 {
		return
	}
	both := h.cells[i].width + h.cells[other].width
	width = max(min(width, both-narrowest), narrowest)
	h.wide(i, width)
	h.wide(other, both-width)
}

// wide gives a column its share of a table of 1200 pixels: browsers scale shares to what there is.
func (h *heads) wide(i, width int) {
	h.cells[i].width = width
	h.call(h.get(h.cells[i].th, "style"), "setProperty", "width", "calc("+strconv.Itoa(width)+"% / 12)")
	h.call(h.cells[i].edge, "setAttribute", "aria-valuenow", strconv.Itoa(width))
}

// loosen lets the table see to the widths again.
func (h *heads) loosen() {
	h.call(h.table, "removeAttribute", "data-fixed")
	for i := range h.cells {
		h.cells[i].width = 0
		h.call(h.get(h.cells[i].th, "style"), "removeProperty", "width")
		h.call(h.cells[i].edge, "setAttribute", "aria-valuenow", "0")
	}
}

// written writes the widths, as restore reads them.
func (h *heads) written() string {
	widths := make(map[timetable.Field]int)
	for i, c := range view.Columns {
		if h.cells[i].width > 0 {
			widths[c] = h.cells[i].width
		}
	}
	return view.WidthsText(widths)
}

func (h *heads) restore(text string) {
	widths := view.WidthsOf(text)
	if len(widths) == 0 {
		return
	}
	h.call(h.table, "setAttribute", "data-fixed", "")
	for i, c := range view.Columns {
		if widths[c] > 0 {
			h.wide(i, max(widths[c], narrowest))
		}
	}
}
