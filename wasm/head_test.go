//go:build js && wasm

package main

import (
	"strings"
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
			if got := strings.TrimSpace(s.string(s.call("text", selector))); got != text || hidden != (text == "") {
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
	want("New York JFK", "Recording of Wed, 20 December 2023, 60 times as fast", "Wed, 20 December 2023 23:41",
		"One · Two & three", "New York JFK arrivals")

	s.happen("flightBoard", `{"airport":"LYR","time":"2026-11-28T12:00:00+01:00"}`, "")
	want("LYR", "", "Sat, 28 November 2026 12:00", "", "LYR arrivals")
	s.happen("flightBoard", `{"time":"noon"}`, "")
	s.wantErrors("flightBoard: not a clock")
	want("LYR", "", "Sat, 28 November 2026 12:00", "", "LYR arrivals")

	s.happen("open", "", "") // of a server that says nothing about its board
	s.happen("flightSnapshot", `[]`, "2")
	s.wantStatus("live", "Live")
	want("", "", "", "", "My board")
	s.wantErrors()
}

// A recording without a day is called by its name.
func TestHeadNamesARecording(t *testing.T) {
	s := newStage(t, "events", london())
	s.happen("open", "", "")
	for recording, want := range map[string]string{
		`{"recording":"tutorial"}`:        "Recording: the tutorial's script",
		`{"recording":"gate","speed":60}`: "Recording: gate, 60 times as fast",
	} {
		s.happen("flightBoard", recording, "")
		if got := s.string(s.call("text", "#recording")); got != want {
			t.Errorf("%s: the head says %q, want %q", recording, got, want)
		}
		s.happen("flightSnapshot", `[]`, "1")
		s.wantStatus("live", "Playing")
	}
}

// The first row of another day has its date, by the board's clock.
func TestARowBeginsADay(t *testing.T) {
	s := newStage(t, "events")
	s.happen("open", "", "")
	s.happen("flightBoard", `{"time":"2023-12-20T23:41:20-05:00","recording":"2023-12-20"}`, "")
	s.happen("flightSnapshot", `[{"flight":"A1","arrival":"2023-12-20T23:50:00-05:00"},`+
		`{"flight":"B2","arrival":"2023-12-21T00:10:00-05:00"},{"flight":"C3","arrival":"2023-12-21T00:20:00-05:00"}]`, "1")
	s.frame()
	begins := func(flight, want string) {
		t.Helper()
		row := s.get(safejs.Global(), "document")
		row, err := row.Call("querySelector", `tr[data-flight="`+flight+`"]`)
		s.must(err)
		got, err := row.Call("getAttribute", "data-begins")
		s.must(err)
		if text, _ := got.String(); got.IsNull() && want != "" || !got.IsNull() && text != want {
			t.Errorf("with %s begins %q, want %q", flight, text, want)
		}
	}
	begins("A1", "")
	begins("B2", "Thursday 21 December")
	begins("C3", "")
	s.language("de", "ltr", "landed", "gelandet")
	s.frame()
	begins("B2", "Donnerstag, 21. Dezember")
	begins("C3", "")
	s.language("en", "")
	s.frame()
	begins("B2", "Thursday 21 December")
	s.happen("flightRemoval", `{"flight":"B2"}`, "2")
	s.frame()
	begins("C3", "Thursday 21 December")
}
