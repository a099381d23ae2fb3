package web_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flightboard/server/eventlog/logtest"
	"flightboard/server/web"
)

// An old removal that names fields, too, is accepted and idle: the board does not change, for viewers or for others.
func TestAnOldRemovalThatNamesFieldsChangesNothing(t *testing.T) {
	bubble(t, web.Options{OpenDoor: true}, func(s *site) {
		s.append(1)
		head, flights := s.head(), logtest.Board(s.log)
		status, text := s.ask("POST", "/flights",
			`{"stamp":"1999-01-01T00:00:00Z","event":"flightRemoval","data":{"flight":"LH1","state":"landed"}}`)
		want := `{"position":` + head.String() + `,"changes":1,"understood":[{"line":1,"event":"flightStateUpdate",` +
			`"data":{"flight":"LH1","state":"landed"},"idle":true}],"idle":1}`
		if status != 200 || strings.TrimSpace(text) != want {
			t.Errorf("POST = %d %s, want 200 %s", status, text, want)
		}
		if diff := cmp.Diff(flights, logtest.Board(s.log)); diff != "" || s.head() != head {
			t.Errorf("the log goes from %v to %v, the board (-before +after):\n%s", head, s.head(), diff)
		}
	})
}
