package airports

import (
	_ "embed"
	"math"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

func TestLookup(t *testing.T) {
	for code, want := range map[string]Airport{
		"FRA":  {"FRA", "Frankfurt", "DE", "Europe/Berlin", "EDDF", 50.026, 8.543},
		"EDDF": {"FRA", "Frankfurt", "DE", "Europe/Berlin", "EDDF", 50.026, 8.543},
		"jfk":  {"JFK", "New York", "US", "America/New_York", "KJFK", 40.64, -73.779},
		"AAA":  {"AAA", "Anaa", "PF", "Pacific/Tahiti", "NTGA", -17.353, -145.51}, // no city; the airport's name stands in
		"SXF":  {IATA: "SXF", City: "Berlin", Country: "DE", Zone: "Europe/Berlin"},
		"":     {}, "F": {}, "????": {}, "???": {},
	} {
		got, ok := Lookup(code)
		if diff := cmp.Diff(want, got); diff != "" || ok != (want != Airport{}) {
			t.Errorf("Lookup(%q): %t (-want +got):\n%s", code, ok, diff)
		}
	}
}

func TestEveryAirportIsWhole(t *testing.T) {
	if n := len(airports()); n < 15000 {
		t.Errorf("the table has %d codes, want some 15,000", n)
	}
	for code, a := range airports() {
		if code != a.IATA && code != a.ICAO || len(a.IATA) != 3 || a.ICAO != "" && len(a.ICAO) != 4 ||
			strings.ToUpper(code) != code || a.City == "" || len(a.Country) != 2 {
			t.Errorf("%q: %+v is not whole", code, a)
		}
		if a.ICAO != "" && a.Lat == 0 && a.Lon == 0 || math.Abs(a.Lat) > 90 || math.Abs(a.Lon) > 180 {
			t.Errorf("%s lies at %v, %v", code, a.Lat, a.Lon)
		}
		if _, err := time.LoadLocation(a.Zone); err != nil || a.Zone == "" {
			t.Errorf("%s: %v", code, err)
		}
	}
}

//go:embed testdata/boards.tsv
var boards string

func TestCitiesAreThoseThatTimetablesCallOut(t *testing.T) {
	n := 0
	for line := range strings.Lines(boards) {
		cells := strings.Split(strings.TrimSpace(line), "\t")
		if len(cells) != 3 {
			continue // a heading
		}
		n++
		if a, _ := Lookup(cells[0]); a.City != cells[1] || a.Zone != cells[2] {
			t.Errorf("%s: %s in %s, want %s in %s", cells[0], a.City, a.Zone, cells[1], cells[2])
		}
	}
	if n < 800 {
		t.Errorf("boards.tsv has %d airports, want 800", n)
	}
}

func TestCitiesAreASCII(t *testing.T) {
	for code, a := range airports() {
		if i := strings.IndexFunc(a.City, func(r rune) bool { return r > unicode.MaxASCII }); i >= 0 {
			t.Errorf("%s: %q has a letter that is not ASCII", code, a.City)
		}
		if a.City != strings.TrimSpace(a.City) || strings.ContainsAny(a.City, "\t,") {
			t.Errorf("%s: %q is not one trimmed name", code, a.City)
		}
	}
}
