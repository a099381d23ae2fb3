//go:build js && wasm

package ui

import (
	"time"

	"github.com/hack-pad/safejs"

	"flightboard/timetable/view"
	"flightboard/wasm/dom"
)

// A hold reports to the sheet whether the reader is in the table: while they are, rows must not move. The button for
// waiting changes belongs to it: otherwise it would hide when it gets the focus from the table.
type hold struct {
	dom.Caller
	undo dom.Undo
}

func newHold(sheet *view.Sheet, drawer Drawer) (*hold, error) {
	h := &hold{}
	document, table := h.Global("document"), h.Element("#flights")
	waiting := h.Element("#waiting")
	var last safejs.Value // the event that is handled
	on := func(element safejs.Value, eventType string, f func(v *view.Hold)) {
		h.undo.Add(h.Listen(element, eventType, func(event safejs.Value) {
			if refocusing {
				return
			}
			last = event
			was := sheet.Hold.Held()
			f(&sheet.Hold)
			if was && !sheet.Hold.Held() && sheet.Waiting() > 0 {
				drawer.Redraw()
			}
		}))
	}
	on(table, "pointerenter", func(v *view.Hold) { v.Pointer = true; v.Move(time.Now()) })
	on(table, "pointermove", func(v *view.Hold) { v.Pointer = true; v.Move(time.Now()) })
	on(table, "pointerleave", func(v *view.Hold) { v.Pointer = false })
	on(table, "keydown", func(v *view.Hold) { v.Move(time.Now()) })
	on(table, "focusin", func(v *view.Hold) { v.Focus = true; v.Move(time.Now()) })
	on(table, "focusout", func(v *view.Hold) { v.Focus = h.Get(last, "relatedTarget").Equal(waiting) })
	on(waiting, "focusout", func(v *view.Hold) { v.Focus = false })
	on(document, "selectionchange", func(v *view.Hold) {
		selection := h.Call(document, "getSelection")
		v.Selection = !h.Truthy(h.Get(selection, "isCollapsed")) &&
			h.Truthy(h.Call(selection, "containsNode", table, true)) // or a part of it
	})
	return h, h.Take()
}
