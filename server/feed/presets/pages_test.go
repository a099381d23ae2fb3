package presets

import (
	"testing"
	"time"

	"flightboard/server/feed/source"
)

// AeroAPI writes the address of the next page from the end of its base address on, which has a path itself.
func TestAeroAPIHasItsNextPageBelowItsBase(t *testing.T) {
	s, err := Open("aeroapi:BOS", key)
	if err != nil {
		t.Fatal(err)
	}
	requests, err := s.Requests(time.Date(2026, 11, 20, 17, 10, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	const place = "/airports/KBOS/flights/arrivals?cursor=opaque"
	for body, want := range map[string]string{
		`{"links":{"next":"` + place + `"},"arrivals":[]}`: "https://aeroapi.flightaware.com/aeroapi" + place,
		`{"links":null,"arrivals":[]}`:                     "",
	} {
		next, err := s.Next(&source.Response{Request: &requests[1], Body: []byte(body)})
		got := ""
		if next != nil {
			got = next.URL.String()
		}
		if err != nil || got != want {
			t.Errorf("%s: the next page is %q, %v, want %q", body, got, err, want)
		}
	}
}
