//go:build js && wasm

package ui

import (
	"github.com/hack-pad/safejs"

	"flightboard/wasm/dom"
)

// A fold is the button that shows and hides the tools and the headers of a narrow page, whose first screen has rows.
type fold struct {
	dom.Caller
	undo dom.Undo
}

func newFold() (*fold, error) {
	f := &fold{}
	main, button := f.Element("main"), f.Element("#more")
	f.Set(button, "hidden", false)
	f.undo.Add(f.Listen(button, "click", func(safejs.Value) {
		open := f.Call(main, "toggleAttribute", "data-tools")
		f.Call(button, "setAttribute", "aria-expanded", open)
	}))
	return f, f.Take()
}
