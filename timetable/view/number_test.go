package view

import (
	"testing"

	"flightboard/timetable"
)

func TestAppendNumbers(t *testing.T) {
	for text, want := range map[string]string{
		"LJ044": "lj44", "LJ44": "lj44", "LJ 0044": "lj44", "U2044": "u244", "U2 0044": "u244", "EZY0012": "ezy12",
		"LJ0": "lj0", "LJ000": "lj0", "LJ": "lj", "": "", "LH400": "lh400", "9W007": "9w7", "LH400A": "lh400a",
		"LJ404":          "lj404",
		"AC0123\nUA0841": "ac123\nua841", "AC123\nUA0841\n": "ac123\nua841\n", "東京0044": "東京0044",
	} {
		if got := string(appendNumbers(nil, text)); got != want {
			t.Errorf("appendNumbers(%q) = %q, want %q", text, got, want)
		}
	}
}

// Whether somebody writes zeros and blanks does not matter to whether the flight is found.
func TestNumbersAreFoundWithoutTheirZeros(t *testing.T) {
	for _, test := range []struct {
		search, flight string
		found          bool
	}{
		{"LJ44", "LJ044", true}, {"lj44", "LJ 044", true}, {"LJ044", "LJ44", true}, {"lj 44", "LJ044", true},
		{"LJ 044", "LJ44", true},
		{"LJ04", "LJ044", true}, {"044", "LJ044", true}, {"LJ4", "LJ044", true}, {"LJ0044", "LJ 044", true},
		{"LJ 044", "LJ144", false}, {"00", "LJ44", false},
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
