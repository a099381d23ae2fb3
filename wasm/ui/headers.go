//go:build js && wasm

package ui

import (
	"slices"
	"strconv"
	"strings"

	"github.com/hack-pad/safejs"

	"flightboard/timetable"
	"flightboard/timetable/view"
	"flightboard/timetable/words"
	"flightboard/wasm/dom"
)

// Headers are the header cells: a button in each sorts, and an edge resizes the column.
type headers struct {
	dom.Caller
	table safejs.Value
	cells []header // by place in view.Columns
	shown []view.Key
	long  timetable.Fields // the columns of a long table; 0: the table is not long
	undo  dom.Undo

	dragged int     // the column whose edge the pointer drags; -1: none
	from    float64 // where the pointer was at first
	width   float64 // the column's width then
}

type header struct {
	th, arrow, edge safejs.Value
	width           int // in pixels; 0: as the table sees fit
	natural         int // what the table has chosen before it was long
}

// Widths of columns, in pixels: the least, and by how much a key changes one.
const (
	minWidth = 72
	step     = 16
)

func newHeaders(asker asker, settings settings) (*headers, error) {
	h := &headers{dragged: -1}
	h.table = h.Element("#flights")
	h.build()
	row := h.Element("#flights thead")
	h.on(row, "click", func(event safejs.Value, i int) {
		if h.isEdge(event) {
			return
		}
		q := asker.query()
		q.Click(view.Columns[i], h.Truthy(h.Get(event, "shiftKey")))
		asker.ask(q, choosing)
	})
	h.on(row, "pointerdown", func(event safejs.Value, i int) {
		if h.isEdge(event) {
			h.freeze()
			h.dragged, h.from, h.width = i, h.Float(h.Get(event, "clientX")), float64(h.cells[i].width)
			h.Call(h.Get(event, "target"), "setPointerCapture", h.Get(event, "pointerId"))
			h.Call(event, "preventDefault")
		}
	})
	h.on(row, "pointermove", func(event safejs.Value, _ int) {
		if h.dragged >= 0 {
			h.resize(h.dragged, int(h.width+h.direction()*(h.Float(h.Get(event, "clientX"))-h.from)))
		}
	})
	for _, end := range []string{"pointerup", "pointercancel"} {
		h.on(row, end, func(safejs.Value, int) {
			if h.dragged >= 0 {
				h.dragged = -1
				settings.Remember(widthsSetting, h.widths())
			}
		})
	}
	h.on(row, "keydown", func(event safejs.Value, i int) {
		by := map[string]float64{"ArrowLeft": -step, "ArrowRight": step}[h.Text(h.Get(event, "key"))]
		if by == 0 || !h.isEdge(event) {
			return
		}
		h.Call(event, "preventDefault")
		h.freeze()
		h.resize(i, h.cells[i].width+int(by*h.direction()))
		settings.Remember(widthsSetting, h.widths())
	})
	h.on(row, "dblclick", func(event safejs.Value, _ int) {
		if h.isEdge(event) {
			h.unfreeze()
			settings.Remember(widthsSetting, "")
		}
	})
	h.restore(settings.Recall(widthsSetting))
	return h, h.Take()
}

// build puts a button and an edge into each header cell.
func (h *headers) build() {
	create := func(name, class string) safejs.Value {
		element := h.Create(name)
		h.Set(element, "className", class)
		return element
	}
	for _, c := range view.Columns {
		th := h.Element(`#flights th[data-col="` + c.String() + `"]`)
		button, arrow, edge := create("button", "sort"), create("span", "arrow"), create("span", "edge")
		h.Set(button, "type", "button")
		h.Set(button, "textContent", h.Get(th, "textContent"))
		h.Call(arrow, "setAttribute", "aria-hidden", "true")
		h.Call(button, "append", arrow)
		for name, value := range map[string]string{
			"role": "separator", "aria-orientation": "vertical", "aria-label": words.Width(c), "aria-valuenow": "0",
			"tabindex": "0",
		} {
			h.Call(edge, "setAttribute", name, value)
		}
		h.Call(th, "replaceChildren", button, edge)
		h.cells = append(h.cells, header{th: th, arrow: arrow, edge: edge})
	}
}

// reword writes the columns' names in another language.
func (h *headers) reword() {
	for i, c := range view.Columns {
		h.Set(h.Get(h.Get(h.cells[i].th, "firstChild"), "firstChild"), "data", words.Column(c))
		h.Call(h.cells[i].edge, "setAttribute", "aria-label", words.Width(c))
	}
	h.Report()
}

// on listens to the header cells; f gets the place of the event's cell.
func (h *headers) on(row safejs.Value, eventType string, f func(event safejs.Value, i int)) {
	h.undo.Add(h.Listen(row, eventType, func(event safejs.Value) {
		th := h.Call(h.Get(event, "target"), "closest", "th")
		i := slices.IndexFunc(h.cells, func(c header) bool { return h.Err() == nil && c.th.Equal(th) })
		if i >= 0 {
			f(event, i)
		}
	}))
}

func (h *headers) isEdge(event safejs.Value) bool {
	return h.Text(h.Get(h.Get(event, "target"), "className")) == "edge"
}

// direction returns -1 where lines run from right to left, and 1 otherwise.
func (h *headers) direction() float64 {
	style := h.Call(safejs.Global(), "getComputedStyle", h.table)
	if h.Text(h.Get(style, "direction")) == "rtl" {
		return -1
	}
	return 1
}

// show shows by which columns the rows are sorted. Only the first has aria-sort, as ARIA requires.
func (h *headers) show(keys []view.Key) error {
	if slices.Equal(keys, h.shown) {
		return nil
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
		h.Set(h.cells[i].arrow, "textContent", arrow)
		if n == 0 {
			h.Call(h.cells[i].th, "setAttribute", "aria-sort", order)
		} else {
			h.Call(h.cells[i].th, "removeAttribute", "aria-sort")
		}
	}
	return h.Take()
}

// A table is long from longFrom rows on, until it has fewer than longTo. Its rows are laid out one by one, in columns
// of fixed widths, so that the browser can leave out those that are not in sight. The rows of others share their
// widths.
const (
	longFrom = 200
	longTo   = 150
)

// showLength tells the style whether the table is long, and the widths of its columns.
func (h *headers) showLength(rows int, columns timetable.Fields) error {
	switch {
	case h.long == 0 && rows >= longFrom:
		h.long = columns
		for i := range h.cells { // while the table still chooses them
			h.cells[i].natural = int(h.Float(h.Get(h.cells[i].th, "offsetWidth")))
		}
		h.layOut()
		h.Call(h.table, "setAttribute", "data-long", "")
	case h.long != 0 && rows < longTo:
		h.long = 0
		h.Call(h.table, "removeAttribute", "data-long")
	case h.long != 0 && h.long != columns:
		h.long = columns
		h.layOut()
	}
	return h.Take()
}

// layOut sets the widths of a long table's columns, as shares.
func (h *headers) layOut() {
	if h.long == 0 {
		return
	}
	var shares strings.Builder
	for i, c := range view.Columns {
		if h.long.Has(c) {
			width := h.cells[i].width
			if width == 0 {
				width = max(h.cells[i].natural, minWidth)
			}
			shares.WriteString("minmax(0," + strconv.Itoa(width) + "fr) ")
		}
	}
	h.Call(h.Get(h.table, "style"), "setProperty", "--columns", shares.String())
}

// freeze fixes the columns' present widths, so that one can change without those that are not beside it.
func (h *headers) freeze() {
	var widths [16]int
	for i := range h.cells { // all are read before the first is set, which changes them
		widths[i] = int(h.Float(h.Get(h.cells[i].th, "offsetWidth")))
	}
	h.Call(h.table, "setAttribute", "data-fixed", "")
	for i := range h.cells {
		if widths[i] > 0 {
			h.setWidth(i, widths[i])
		}
	}
}

// resize sets a column's width and changes the next column's (the last one's neighbour is the one before it), so that
// the table keeps its width.
func (h *headers) resize(i, width int) {
	other := -1
	for n := range h.cells {
		if n != i && (other < 0 || other < i) && !h.Truthy(h.Get(h.cells[n].th, "hidden")) {
			other = n
		}
	}
	if other < 0 {
		return
	}
	both := h.cells[i].width + h.cells[other].width
	width = max(min(width, both-minWidth), minWidth)
	h.setWidth(i, width)
	h.setWidth(other, both-width)
}

// setWidth sets a column's width as a share of a table of 1200 pixels, which browsers scale to the table's width.
func (h *headers) setWidth(i, width int) {
	h.cells[i].width = width
	h.Call(h.Get(h.cells[i].th, "style"), "setProperty", "width", "calc("+strconv.Itoa(width)+"% / 12)")
	h.Call(h.cells[i].edge, "setAttribute", "aria-valuenow", strconv.Itoa(width))
	h.layOut()
}

// unfreeze lets the browser choose the widths again.
func (h *headers) unfreeze() {
	h.Call(h.table, "removeAttribute", "data-fixed")
	for i := range h.cells {
		h.cells[i].width = 0
		h.Call(h.Get(h.cells[i].th, "style"), "removeProperty", "width")
		h.Call(h.cells[i].edge, "setAttribute", "aria-valuenow", "0")
	}
	h.layOut()
}

// widths returns the columns' widths in the form that restore reads.
func (h *headers) widths() string {
	widths := make(map[timetable.Field]int)
	for i, c := range view.Columns {
		if h.cells[i].width > 0 {
			widths[c] = h.cells[i].width
		}
	}
	return view.WidthsText(widths)
}

func (h *headers) restore(text string) {
	widths := view.WidthsOf(text)
	if len(widths) == 0 {
		return
	}
	h.Call(h.table, "setAttribute", "data-fixed", "")
	for i, c := range view.Columns {
		if widths[c] > 0 {
			h.setWidth(i, max(widths[c], minWidth))
		}
	}
}
