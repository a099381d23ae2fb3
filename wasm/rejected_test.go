//go:build js && wasm

package main

import "testing"

func TestRowsThatCannotBeReadAreInTheSecondLamp(t *testing.T) {
	s := newStage(t, "events", london())
	s.open(`[]`)
	s.happen("heartbeat", `{"time":"2026-11-21T14:00:00Z","silent":[{"feed":"jfk","since":"2026-11-21T13:51:00Z"}],`+
		`"rejected":[{"feed":"day","rows":36},{"feed":"west","rows":1}]}`, "")
	const want = "; 36 rows of feed day cannot be read; 1 row of feed west cannot be read"
	if got := s.string(s.call("text", "#feed")); len(got) < len(want) || got[len(got)-len(want):] != want {
		t.Errorf("the second lamp says %q, want …%s", got, want)
	}
	s.wantStatus("live", "Live")
	s.happen("heartbeat", `{"time":"2026-11-21T14:00:15Z"}`, "")
	if hidden, _ := s.call("has", "#feed", "hidden").Bool(); !hidden {
		t.Error("the second lamp is on, and all rows can be read")
	}
}
