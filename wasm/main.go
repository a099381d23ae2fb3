//go:build js && wasm

// Command wasm is the page's program. It follows the event stream that the page names, applies the events to a board,
// and draws the board's differences into the page's table, once per animation frame at most.
//
// Boot.js starts it and passes the page's rows (see [readPage]). This package only connects the others: stream connects
// to the server, apply applies events, view decides what to draw, ui draws it and listens to the reader. JavaScript
// values are in this package, dom, stream and ui, and nowhere else. All code runs in callbacks from the browser, one
// after the other, which do not block, so nothing is locked.
package main

import (
	"flightboard/timetable/words"
	"flightboard/wasm/dom"
)

func main() {
	if err := run(); err != nil {
		dom.Report(err)
		showFailure(words.Failed.String() + err.Error())
		return
	}
	select {} // the callbacks still run
}

func run() error {
	p, err := readPage()
	if err != nil {
		return err
	}
	a, err := newApp(p)
	if err != nil {
		return err
	}
	if err = a.connection.Start(); err != nil {
		a.close()
	}
	return err
}

// showFailure writes the status line when the program cannot run.
func showFailure(text string) {
	var c dom.Caller
	status := c.Element("#status")
	c.Set(status, "textContent", text)
	c.Set(c.Element("#spoken"), "textContent", text)
	c.Call(status, "setAttribute", "data-status", "failed")
	c.Report()
}
