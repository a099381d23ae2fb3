// Package airports tells where the airports are that feeds know by their IATA code alone: FRA is Frankfurt.
//
// The table is part of the server, compressed, and is read when it is first asked for. It is no part of the client.
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
	City    string // or the airport's own name, where no city is known
	Country string // ISO 3166-1, two letters
	Zone    string // IANA time zone
}

// table is a line an airport, sorted: code, city, country and zone between tabs. It is made by ./generate, from data
// whose licence lies beside it.
//
//go:embed airports.tsv.gz
var table []byte

var airports = sync.OnceValue(func() map[string]Airport {
	packed, err := gzip.NewReader(bytes.NewReader(table))
	if err != nil {
		panic("airports: " + err.Error()) // the binary itself is broken
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

// Lookup returns the airport with an IATA code, in capitals or not.
func Lookup(code string) (a Airport, ok bool) {
	if len(code) != 3 {
		return a, false
	}
	a, ok = airports()[strings.ToUpper(code)]
	return a, ok
}
