//go:build js && wasm

package main

import (
	"strconv"

	"github.com/hack-pad/safejs"

	"flightboard/timetable"
	"flightboard/timetable/view"
	"flightboard/wasm/dom"
	"flightboard/wasm/stream"
)

// A page is the value that boot.js leaves in globalThis.flightboard: the document's rows, as JSON, so that they are
// read in one call and not cell by cell, and the event stream.
type page struct {
	flights   []timetable.Flight // the flights that the rows show, from the top
	rows      safejs.Value       // the row elements, an array
	stream    string             // the event stream's address
	copy      safejs.Value       // the function that copies an event's data
	write     safejs.Value       // the function that writes texts into cells
	stars     safejs.Value       // the object of stars.js
	store     safejs.Value       // boot.js's object for the kept board
	tabs      safejs.Value       // boot.js's object for the page's other tabs, or undefined
	preopened *stream.Preopened  // nil: boot.js has opened no connection
}

func readPage() (page, error) {
	var c dom.Caller
	from := c.Global("flightboard")
	p := page{rows: c.Get(from, "rows"), stream: c.Text(c.Get(from, "stream")), copy: c.Get(from, "copy"),
		write: c.Get(from, "write"), store: c.Get(from, "store"), tabs: c.Get(from, "tabs"),
		stars: c.Get(from, "stars")}
	flights := c.Text(c.Get(from, "flights"))
	if source := c.Get(from, "source"); c.Truthy(source) {
		p.preopened = &stream.Preopened{
			URL: p.stream, EventSource: source, Events: c.Get(from, "events"), Release: c.Get(from, "release"),
		}
	}
	if err := c.Take(); err != nil {
		return page{}, err
	}
	var change timetable.Change
	if err := change.Decode(timetable.KindReplace, flights); err != nil {
		return page{}, err
	}
	p.flights = change.Board
	return p, nil
}

// columns returns the columns for which the page's rows have cells. The cells may be empty on this page and filled on a
// later one.
func (p *page) columns(c *dom.Caller) (set timetable.Fields) {
	if len(p.flights) == 0 {
		return 0
	}
	cells := c.Get(c.Index(p.rows, 0), "cells")
	for i := range view.Columns {
		cell := c.Index(cells, i)
		if c.Err() != nil || cell.IsUndefined() {
			break
		}
		if column, ok := view.ColumnNamed(c.Text(c.Call(cell, "getAttribute", "data-col"))); ok {
			set |= column.Bit()
		}
	}
	return set
}

// day returns the board's day for which the rows were written; 0: they tell none.
func (p *page) day(c *dom.Caller) int64 {
	day, _ := strconv.Atoi(c.Text(c.Call(c.Element("#flights"), "getAttribute", "data-day")))
	return int64(day)
}
