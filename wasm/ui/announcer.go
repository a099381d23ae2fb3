//go:build js && wasm

package main

// Announce implements [view.Surface]. Nothing else in the page is a live region, so nothing else is read out unasked, but for
// the banner.
func (s *surface) Announce(text string) { s.set(s.element("#spoken"), "textContent", text) }

// hear tells the voice how the connection is.
func (a *app) hear() {
	status := &a.panel.shown
	if a.sheet.Announcer.SetStatus(status.State, status.Lost(), status.Feed) {
		a.redraw()
	}
}
