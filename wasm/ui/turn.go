//go:build js && wasm

package ui

import (
	"github.com/hack-pad/safejs"
)

// listenToTurns shows the page that an event turn names, of as many rows as it says: kiosk.js turns pages so. Nobody
// has chosen them, so the address stays as it is. The event's default is prevented, which tells that it was heard.
func (a *address) listenToTurns() {
	a.undo.Add(a.Listen(a.Global("document"), "turn", func(event safejs.Value) {
		detail := a.Get(event, "detail")
		q := a.sheet.Query()
		q.Page, q.Size = a.Int(a.Get(detail, "page"))-1, a.Int(a.Get(detail, "rows"))
		if a.Err() != nil {
			return
		}
		a.turned = true
		a.sheet.Ask(q)
		a.drawer.Redraw()
		a.Call(event, "preventDefault")
	}))
}
