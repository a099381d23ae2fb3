// Package airports maps IATA codes of airports to cities, countries and time zones: FRA is Frankfurt. Feeds that send
// only the code of an origin need it.
//
// The compressed table is part of the server's binary, not of the client, and is read at the first Lookup.
package airports

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"strings"
	"sync"
)

// An Airport is one row of the table.
type Airport struct {
	City    string // or the airport's own name, if no city is known
	Country string // ISO 3166-1, two letters
	Zone    string // IANA time zone
}

// table has one line for each airport, sorted: code, city, country and zone, separated by tabs. ./generate makes it
// from data whose licence is in LICENSE.airportsdata.
//
//go:embed airports.tsv.gz
var table []byte

var airports = sync.OnceValue(func() map[string]Airport {
	packed, err := gzip.NewReader(bytes.NewReader(table))
	if err != nil {
		panic("airports: " + err.Error()) // the binary itself is damaged
	}
	text, err := io.ReadAll(packed)
	if err != nil {
		panic("airports: " + err.Error())
	}
	all := make(map[string]Airport, 8000)
	for line := range strings.Lines(string(text)) {
		cells := strings.SplitN(strings.TrimSuffix(line, "\n"), "\t", 4)
		all[cells[0]] = Airport{cells[1], cells[2], cells[3]}
	}
	return all
})

// Lookup returns the airport with an IATA code, in upper or lower case.
func Lookup(code string) (a Airport, ok bool) {
	if len(code) != 3 {
		return a, false
	}
	a, ok = airports()[strings.ToUpper(code)]
	return a, ok
}
