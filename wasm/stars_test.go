//go:build js && wasm

package main

import (
	"strings"
	"testing"

	"github.com/hack-pad/safejs"

	"flightboard/wasm/dom"
)

// star returns the number that a row's star has, and whether its flight is followed.
func (s *stage) star(flight string) (number string, followed bool) {
	s.t.Helper()
	row := `tr[data-flight="` + flight + `"]`
	followed, _ = s.call("has", row, "data-starred").Bool()
	return s.string(s.call("get", row, "data-number")), followed
}

func (s *stage) told() string {
	s.t.Helper()
	told := s.string(s.must1(s.get(s.js, "told").Call("join", "; ")))
	return strings.ReplaceAll(told, "\n", "/")
}

func TestAFollowedFlightIsOnTopAndItsChangesAreTold(t *testing.T) {
	s := fresh(t)
	path := s.string(s.get(s.get(safejs.Global(), "location"), "pathname"))
	defer dom.Storage{}.Remember("flightboard.stars"+path, "")
	press := func(flight string) {
		t.Helper()
		s.dispatch("#flights", "star", map[string]any{"detail": flight})
	}
	press("C3")
	s.wantKeys("C3 A1 B2")
	if number, followed := s.star("C3"); number != "C3" || !followed {
		t.Errorf("the star of C3 is %q, followed %v", number, followed)
	}
	if number, followed := s.star("A1"); number != "A1" || followed {
		t.Errorf("the star of A1 is %q, followed %v", number, followed)
	}
	if got := s.string(s.call("text", "#spoken")); got != "C3 followed, on top of the table" {
		t.Errorf("a screen reader announces %q", got)
	}

	// Also of a hidden page, and once.
	s.call("see", "hidden")
	for _, state := range []string{"landed", "landing", "landed"} {
		s.happen("flightStateUpdate", `{"flight":"C3","state":"`+state+`","expected":"10:02"}`, "101")
		s.happen("flightStateUpdate", `{"flight":"B2","state":"`+state+`"}`, "102")
	}
	s.call("see", "visible")
	s.frame()
	const want = "C3/landed/C3/C3 from London/Landed 10:02; C3/landing/C3/C3 from London/Landing 10:02"
	if got := s.told(); got != want {
		t.Errorf("told is %q, want %q", got, want)
	}
	s.happen("flightSnapshot", three, "103")
	s.happen("flightStateUpdate", `{"flight":"C3","state":"landed"}`, "104")
	if got := s.told(); got != want {
		t.Errorf("after a snapshot told is %q, want %q", got, want)
	}

	// In another language.
	s.language("de", "ltr", "Follow {flight}", "{flight} verfolgen", "Alerts", "Hinweise", "arrived", "angekommen",
		"belt {belt}", "Band {belt}", "{flight} from {city}", "{flight} aus {city}")
	texts := s.string(s.get(s.js, "starTexts"))
	if !strings.HasPrefix(texts, "{} verfolgen\nHinweise\nWhen a flight changes") || strings.Count(texts, "\n") != 6 {
		t.Errorf("stars.js has got the texts %q", texts)
	}
	s.happen("flightStateUpdate", `{"flight":"C3","state":"arrived","belt":"5"}`, "105")
	if got := s.told(); !strings.HasSuffix(got, "; C3/arrived5/C3/C3 aus London/Angekommen, Band 5") {
		t.Errorf("in German told is %q", got)
	}
	s.language("en", "")

	// Another tab may change the stars as well.
	press("C3")
	s.wantKeys("A1 B2 C3")
	press("C3")
	dom.Storage{}.Remember("flightboard.stars"+path, "") // another tab
	press("")
	s.wantKeys("A1 B2 C3")
	press("nowhere")
	s.wantKeys("A1 B2 C3")
	s.wantErrors()
}
