package view

import (
	"testing"

	"flightboard/timetable"
)

func TestWithoutZeros(t *testing.T) {
	for text, want := range map[string]string{
		"LJ044": "LJ44", "LJ44": "LJ44", "LJ 0044": "LJ 44", "U2044": "U244", "U2 0044": "U2 44", "EZY0012": "EZY12",
		"LJ0": "LJ0", "LJ000": "LJ0", "LJ": "LJ", "044": "044", "": "", "LH400": "LH400", "9W007": "9W7",
		"AC0123\nUA0841": "AC123\nUA841", "AC123\nUA0841\n": "AC123\nUA841\n", "東京0044": "東京0044",
	} {
		if got := withoutZeros(text); got != want {
			t.Errorf("withoutZeros(%q) = %q, want %q", text, got, want)
		}
	}
}

// Whether somebody writes zeros and blanks does not matter to whether the flight is found.
func TestNumbersAreFoundWithoutTheirZeros(t *testing.T) {
	for _, test := range []struct {
		search, flight string
		found          bool
	}{
		{"LJ44", "LJ044", true}, {"lj44", "LJ 044", true}, {"LJ044", "LJ44", true}, {"lj 44", "LJ044", true}, {"LJ 044", "LJ44", true},
		{"LJ04", "LJ044", true}, {"044", "LJ044", true}, {"LJ4", "LJ044", true}, {"LJ0044", "LJ 044", true},
		{"044", "LJ44", true}, {"044", "LJ144", false}, {"00", "LJ44", false},
		{"LJ44", "LJ404", false}, {"LJ44", "LJ0404", false}, {"LJ440", "LJ044", false}, {"KE44", "LJ044", false},
	} {
		for _, f := range []timetable.Flight{{Number: test.flight}, {Number: "XX1", Codeshares: "YY2\n" + test.flight}} {
			var b timetable.Board
			b.Apply(&timetable.Change{Kind: timetable.KindAdd, Flight: f})
			var l list
			l.ask(Query{Search: test.search})
			l.update(&b, timetable.Delta{Entered: 1})
			if found := l.total == 1; found != test.found {
				t.Errorf("%q finds %+v: %t, want %t", test.search, f, found, test.found)
			}
		}
	}
}
