//go:build js && wasm

package main

import (
	"testing"

	"github.com/hack-pad/safejs"
)

func TestHeadSaysWhatTheBoardIs(t *testing.T) {
	s := newStage(t, "events", london())
	title := func() string {
		return s.string(s.get(s.get(safejs.Global(), "document"), "title"))
	}
	s.must(s.get(safejs.Global(), "document").Set("title", "My board"))
	want := func(airport, recording, clock, credit, name string) {
		t.Helper()
		for selector, text := range map[string]string{"#airport": airport, "#recording": recording, "#clock": clock,
			"#credit": credit} {
			hidden, _ := s.call("has", selector, "hidden").Bool()
			if got := s.string(s.call("text", selector)); got != text || hidden != (text == "") {
				t.Errorf("%s is %q, hidden %t, want %q", selector, got, hidden, text)
			}
		}
		if got := title(); got != name {
			t.Errorf("the title is %q, want %q", got, name)
		}
	}
	s.happen("open", "", "")
	s.happen("flightBoard", `{"airport":"JFK","city":"New York","direction":"arrivals","zone":"America/New_York",`+
		`"time":"2023-12-20T23:41:20-05:00","speed":60,"recording":"2023-12-20","credit":["One","Two & three"]}`, "")
	s.wantStatus("connecting", "Connected, waiting for an update")
	s.happen("flightSnapshot", `[]`, "1")
	s.wantStatus("live", "Playing")
	want("New York JFK", "Recording of Wed, December 20, 2023, 60 times as fast", "Wed, December 20, 2023 23:41",
		"One · Two & three", "New York JFK arrivals")

	s.happen("flightBoard", `{"airport":"LYR","time":"2026-11-28T12:00:00+01:00"}`, "")
	want("LYR", "", "Sat, November 28, 2026 12:00", "", "LYR arrivals")
	s.happen("flightBoard", `{"time":"noon"}`, "")
	s.wantErrors("flightBoard: not a clock")
	want("LYR", "", "Sat, November 28, 2026 12:00", "", "LYR arrivals")

	s.happen("open", "", "") // of a server that says nothing about its board
	s.happen("flightSnapshot", `[]`, "2")
	s.wantStatus("live", "Live")
	want("", "", "", "", "My board")
	s.wantErrors()
}
