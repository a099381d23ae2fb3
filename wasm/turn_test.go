//go:build js && wasm

package main

import (
	"testing"

	"github.com/hack-pad/safejs"
)

// turn turns to a page of this number of rows, as kiosk.js does.
func (s *stage) turn(page, rows int) {
	s.t.Helper()
	document := s.get(safejs.Global(), "document")
	s.dispatchTo(document, "turn", map[string]any{"detail": map[string]any{"page": page, "rows": rows}})
}

// A wall turns pages of any size. Nobody chooses them, so the address keeps what the wall was set up with, also when
// the board shrinks below the page that is shown.
func TestPagesAreTurnedWithoutTheAddress(t *testing.T) {
	s := fresh(t)
	address := func() string { return s.string(s.get(s.get(safejs.Global(), "location"), "search")) }
	before := address()
	for _, turn := range []struct {
		page, rows int
		want       string
	}{{1, 2, "A1 B2"}, {2, 2, "C3"}, {1, 2, "A1 B2"}, {3, 1, "C3"}, {9, 2, "C3"}, {1, 12, "A1 B2 C3"}, {2, 2, "C3"}} {
		s.turn(turn.page, turn.rows)
		s.wantKeys(turn.want)
	}
	s.happen("flightRemoval", `{"flight":"C3"}`, "2")
	s.frame()
	s.wantKeys("A1 B2")
	if after := address(); after != before {
		t.Errorf("the address becomes %q, want %q still", after, before)
	}
	s.wantErrors()
}
