//go:build js && wasm

// Command wasm is the page's program. It follows the event stream that the page names, applies what comes to a board,
// and draws the board's differences into the page's own table, once per animation frame at most.
//
// The page is all that it needs: boot.js finds its rows and starts it (see [handover]). This is the only package with
// JavaScript values. What to draw is decided in [flightboard/timetable/view], when to connect and what to say in
// [flightboard/wasm/follow].
//
// Everything happens in callbacks from the browser, one after the other, which do not block. So nothing here is locked.
package main

import "flightboard/timetable/words"

func main() {
	if err := start(); err != nil {
		report(err)
		say(words.Failed + err.Error())
		return
	}
	select {} // the callbacks go on
}

func start() error {
	from, err := handover()
	if err != nil {
		return err
	}
	a, err := newApp(from)
	if err != nil {
		return err
	}
	if err := a.start(); err != nil {
		a.end()
		return err
	}
	return nil
}
