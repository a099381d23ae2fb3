//go:build js && wasm

package main

// Say implements [view.Surface]. Nothing else in the page is a live region, so nothing else is read out unasked, but for
// the banner.
func (s *surface) Say(what string) { s.set(s.element("#spoken"), "textContent", what) }

// hear tells the voice how the connection is.
func (a *app) hear() {
	status := &a.panel.shown
	if a.sheet.Voice.Contact(status.State, status.Lost(), status.Feed) {
		a.redraw()
	}
}
