//go:build js && wasm

package main

import (
	"testing"

	"flightboard/wasm/dom"
)

func (s *stage) wantSpoken(want string) {
	s.t.Helper()
	if got := s.string(s.call("text", "#spoken")); got != want {
		s.t.Errorf("the page shows %q, want %q", got, want)
	}
}

// A loss is announced once. The seconds that the status line counts are not announced, and flights only in the next
// summary.
func TestALossIsAnnouncedAtOnce(t *testing.T) {
	s := newStage(t, "events", london())
	s.open(`[{"flight":"A123","origin":"London","arrival":"08:15"}]`)
	s.happen("flightStateUpdate", `{"flight":"A123","state":"landed"}`, "101")
	s.frame()
	s.wantSpoken("")
	s.fail(0)
	spoken := s.string(s.call("text", "#spoken"))
	if len(spoken) < len("Reconnecting, board as of ") {
		t.Errorf("the page shows %q, want that the connection is lost", spoken)
	}
	s.call("see", "visible") // the status is shown again
	s.wantSpoken(spoken)
	s.wantErrors()
}

func TestAnnouncementsAreSwitchedOffAndStaySo(t *testing.T) {
	s := newStage(t, "events", london())
	s.open(`[]`)
	dom.Storage{}.Remember("flightboard.voice", "off")
	s.end()
	s = newStage(t, "events", london())
	dom.Storage{}.Remember("flightboard.voice", "")
	s.open(`[]`)
	s.fail(0)
	s.wantSpoken("")
	s.wantErrors()
}
