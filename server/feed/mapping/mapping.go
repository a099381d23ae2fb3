// Package mapping reads public sources of arrivals that a file describes: a .feed.json, which says what to ask for,
// where in the answer the rows are, and which value of a row is what. README.md describes the format.
//
// A [Mapping] is not a program. It has paths, tables of words, kinds of time, and one regular expression for a value. A
// source that needs more is a Go type in package presets. The package does no I/O.
package mapping

import (
	"time"

	"flightboard/server/feed/source"
	"flightboard/timetable"
)

// Suffix ends the names of mappings' files.
const Suffix = ".feed.json"

// Options are what a mapping needs besides its text.
type Options struct {
	Airport string                           // of a mapping that does not name one: a code of IATA or ICAO
	Environ func(name string) (string, bool) // the keys; nil: none is set
}

// A Mapping is the source that a .feed.json describes. It is not altered after [Parse].
type Mapping struct {
	about   source.About
	airport string // IATA, or as it was given
	icao    string
	environ func(name string) (string, bool)

	urls           []template
	headers, query []parameter
	body           template
	format         string // json, xml, or "": whatever comes
	next           *pager // nil: there is one page
	pages          int    // at most

	list       []path
	keep, drop []condition
	from, to   time.Duration // of the window; both zero: there is none
	updated    values

	flight, id, origin, origins   values // origins: the codes of airports
	airline, terminal, gate, belt values
	remark, codeshares, via       values
	operating, state              values
	arrival, expected, stamp      values
	actual                        [timetable.MilestoneCount]values
	fold                          []*expr
	expressions                   []place // of rows, by their id
}

// A place is that of an expression in the mapping.
type place struct {
	name string
	expr *expr
}

// About returns what the mapping says about the source.
func (m *Mapping) About() source.About { return m.about }
