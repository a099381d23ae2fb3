//go:build js && wasm

package main

import (
	"github.com/hack-pad/safejs"

	"flightboard/timetable/words"
	"flightboard/wasm/dom"
)

// setLanguage sets the language whose texts language.js has loaded: flightboard.catalogue, in the form of
// [words.SetLanguage]. Without it the texts are English.
func setLanguage() {
	var c dom.Caller
	catalogue, rightToLeft := "", false
	if texts := c.Get(c.Global("flightboard"), "catalogue"); c.Truthy(texts) {
		catalogue = c.Text(texts)
		rightToLeft = c.Text(c.Get(c.Get(c.Global("document"), "documentElement"), "dir")) == "rtl"
	}
	c.Report()
	words.SetLanguage(catalogue, rightToLeft, &dom.Intl{Caller: &dom.Caller{}})
}

// listenLanguage writes all texts anew when the language has changed.
func (a *app) listenLanguage() {
	var c dom.Caller
	a.undo.Add(c.Listen(safejs.Global(), "languagechange", func(safejs.Value) {
		setLanguage()
		a.status.Reword()
		a.controls.Reword()
		a.drawing.sheet.Reword()
		a.connection.Reshow()
		if err := a.head.Reword(); err != nil {
			dom.Report(err)
		}
		a.drawing.Redraw()
	}))
	c.Report()
}
