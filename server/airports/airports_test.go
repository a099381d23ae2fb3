package airports

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestLookup(t *testing.T) {
	for code, want := range map[string]Airport{
		"FRA": {"Frankfurt", "DE", "Europe/Berlin"},
		"jfk": {"New York", "US", "America/New_York"},
		"AAA": {"Anaa", "PF", "Pacific/Tahiti"}, // has no city; the airport's name stands in
		"":    {}, "F": {}, "EDDF": {}, "???": {},
	} {
		got, ok := Lookup(code)
		if diff := cmp.Diff(want, got); diff != "" || ok != (want != Airport{}) {
			t.Errorf("Lookup(%q): %t (-want +got):\n%s", code, ok, diff)
		}
	}
}

func TestEveryAirportIsWhole(t *testing.T) {
	if n := len(airports()); n < 7800 {
		t.Errorf("the table has %d airports, want some 7,880", n)
	}
	for code, a := range airports() {
		if len(code) != 3 || strings.ToUpper(code) != code || a.City == "" || len(a.Country) != 2 {
			t.Errorf("%q: %+v is not whole", code, a)
		}
		if _, err := time.LoadLocation(a.Zone); err != nil || a.Zone == "" {
			t.Errorf("%s: %v", code, err)
		}
	}
}
