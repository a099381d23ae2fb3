//go:build js && wasm

package main

import (
	"github.com/hack-pad/safejs"

	"flightboard/timetable"
)

// A page is what boot.js hands over in globalThis.flightboard: the rows that it found in the document, so that they
// are read in one go and not cell by cell, and the page's setting.
type page struct {
	flights []timetable.Flight // what the rows say, from the top
	rows    safejs.Value       // the rows, an array
	stream  string             // the address of the event stream
	copy    safejs.Value       // copies what an event says: see [ear]
	early   *early             // the connection that is under way there; nil: none
}

func handover() (page, error) {
	var d dom
	from := d.get(safejs.Global(), "flightboard")
	p := page{rows: d.get(from, "rows"), stream: d.text(d.get(from, "stream")), copy: d.get(from, "copy")}
	flights := d.text(d.get(from, "flights"))
	if source := d.get(from, "source"); d.yes(source) {
		p.early = &early{p.stream, source, d.get(from, "events"), d.get(from, "release")}
	}
	if err := d.take(); err != nil {
		return page{}, err
	}
	var c timetable.Change
	if err := c.Decode(timetable.Replace, flights); err != nil {
		return page{}, err
	}
	p.flights = c.Board
	return p, nil
}
