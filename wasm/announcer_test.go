//go:build js && wasm

package main

import (
	"testing"

	"flightboard/wasm/dom"
)

func (s *stage) wantSpoken(want string) {
	s.t.Helper()
	if got := s.string(s.call("text", "#spoken")); got != want {
		s.t.Errorf("the page says %q, want %q", got, want)
	}
}

// A loss is said once: the seconds that the status line counts are not, and nor are flights before a sum of them is
// due.
func TestALossIsAnnouncedAtOnce(t *testing.T) {
	s := newStage(t, "events", london())
	s.open(`[{"flight":"A123","origin":"London","arrival":"08:15"}]`)
	s.happen("flightStateUpdate", `{"flight":"A123","state":"landed"}`, "101")
	s.frame()
	s.wantSpoken("")
	s.fail(0)
	said := s.string(s.call("text", "#spoken"))
	if len(said) < len("Reconnecting, board as of ") {
		t.Errorf("the page says %q, want that the connection is lost", said)
	}
	s.call("see", "visible") // the status is shown again
	s.wantSpoken(said)
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
