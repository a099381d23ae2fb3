// Package airports maps IATA and ICAO codes of airports to cities, countries, time zones and positions: FRA, which is
// EDDF, is Frankfurt. Feeds that send only the code of an origin need it.
//
// The compressed table is part of the server's binary, not of the client, and is read at the first Lookup.
package airports

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"strconv"
	"strings"
	"sync"
)

// An Airport is one row of the table.
type Airport struct {
	IATA    string
	City    string  // or the airport's own name, if no city is known
	Country string  // ISO 3166-1, two letters
	Zone    string  // IANA time zone
	ICAO    string  // "": none
	Lat     float64 // degrees north; 0 for both if the position is unknown
	Lon     float64 // degrees east
}

// table has one line for each airport, sorted: the fields of Airport, separated by tabs. ./generate makes it from data
// whose licence is in LICENSE.airportsdata.
//
//go:embed airports.tsv.gz
var table []byte

// airports has each airport by its IATA code and by its ICAO code.
var airports = sync.OnceValue(func() map[string]*Airport {
	packed, err := gzip.NewReader(bytes.NewReader(table))
	if err != nil {
		panic("airports: " + err.Error()) // the binary itself is damaged
	}
	text, err := io.ReadAll(packed)
	if err != nil {
		panic("airports: " + err.Error())
	}
	all := make(map[string]*Airport, 16000)
	for line := range strings.Lines(string(text)) {
		cells := strings.SplitN(strings.TrimSuffix(line, "\n"), "\t", 7)
		a := &Airport{IATA: cells[0], City: cells[1], Country: cells[2], Zone: cells[3], ICAO: cells[4]}
		a.Lat, _ = strconv.ParseFloat(cells[5], 64)
		a.Lon, _ = strconv.ParseFloat(cells[6], 64)
		all[a.IATA] = a
		if a.ICAO != "" {
			all[a.ICAO] = a
		}
	}
	return all
})

// Lookup returns the airport with a code of IATA, three letters, or of ICAO, four, in upper or lower case.
func Lookup(code string) (a Airport, ok bool) {
	if len(code) != 3 && len(code) != 4 {
		return a, false
	}
	if found := airports()[strings.ToUpper(code)]; found != nil {
		return *found, true
	}
	return a, false
}
