//go:build js && wasm

package main

import (
	"strings"
	"testing"

	"github.com/hack-pad/safejs"

	"flightboard/timetable/words"
)

// language sets the page's language, as language.js does.
func (s *stage) language(tag, direction string, texts ...string) {
	s.t.Helper()
	html := s.get(s.get(safejs.Global(), "document"), "documentElement")
	s.must(html.Set("lang", tag))
	s.must(html.Set("dir", direction))
	s.must(s.get(safejs.Global(), "flightboard").Set("catalogue", strings.Join(texts, "\x1f")))
	s.call("fire", safejs.Global(), "languagechange")
	s.t.Cleanup(func() {
		html.Set("lang", "en")
		html.Set("dir", "")
		words.SetLanguage("", false, nil)
	})
}

func TestTextsFollowTheLanguage(t *testing.T) {
	s := newStage(t, "events", london(), rome())
	s.open(`[{"flight":"A123","origin":"London","arrival":"08:15","state":"landed"},
		{"flight":"I768","origin":"Rome","arrival":"10:10","state":"Tea"}]`)
	want := func(status, stop, found, label, first, second string) {
		t.Helper()
		s.wantStatus("live", status)
		for selector, text := range map[string]string{"#stop": stop, "#found": found} {
			if got := s.string(s.call("text", selector)); got != text {
				t.Errorf("%s is %+q, want %+q", selector, got, text)
			}
		}
		if got := s.string(s.call("text", "#columns label")); got != label {
			t.Errorf("the first column of the menu is %+q, want %+q", got, label)
		}
		rows := s.table().Rows
		if got := rows[0].Cells[3] + " " + rows[1].Cells[3]; got != "state="+first+" state="+second {
			t.Errorf("the states are %q", got)
		}
	}
	s.call("fire", s.get(s.js, "menu"), "toggle") // builds the column menu
	want("Live", "Stop updates", "2 flights", "Origin", "landed", "Tea")
	s.language("he", "rtl", "Live", "חי", "Stop updates", "עצירה", "{n} flights_two", "שתי טיסות", "{n} flights_other",
		"{n} טיסות", "Origin", "מקור", "landed", "נחתה")
	want("חי", "עצירה", "שתי טיסות", "מקור", "נחתה", "Tea")
	s.happen("flightStateUpdate", `{"flight":"I768","state":"landed"}`, "2")
	s.frame()
	want("חי", "עצירה", "שתי טיסות", "מקור", "נחתה", "נחתה")
	s.language("en", "", "")
	want("Live", "Stop updates", "2 flights", "Origin", "landed", "landed")
	s.wantErrors()
}
