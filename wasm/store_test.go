//go:build js && wasm

package main

import (
	"strings"
	"testing"
	"time"

	"github.com/hack-pad/safejs"

	"flightboard/timetable"
)

// asks gives the store a save function, and returns the Unix times and the boards of its calls.
func asks(s *stage) (ask func(), saved func(i int) (asOf float64, flights string), count func() int) {
	s.t.Helper()
	function, err := safejs.Global().Get("Function")
	s.must(err)
	watch, err := function.New("store", `const saved = []; store.save = (...call) => { saved.push(call) }; return saved`)
	s.must(err)
	calls, err := watch.Invoke(s.a.store.js)
	s.must(err)
	ask = func() {
		_, err := s.a.store.js.Call("ask")
		s.must(err)
	}
	saved = func(i int) (float64, string) {
		call, err := calls.Index(i)
		s.must(err)
		first, err := call.Index(0)
		s.must(err)
		asOf, err := first.Float()
		s.must(err)
		second, err := call.Index(1)
		s.must(err)
		return asOf, s.string(second)
	}
	count = func() int {
		n, err := calls.Length()
		s.must(err)
		return n
	}
	return ask, saved, count
}

// The browser keeps boards of the server's, with their time, and no others.
func TestOnlyABoardOfTheServersIsKept(t *testing.T) {
	s := newStage(t, "events", timetable.Flight{Number: "A123", Origin: "London"})
	ask, saved, count := asks(s)
	ask()
	if count() != 0 {
		t.Error("the page's own rows are kept")
	}
	s.happen("open", "", "")
	s.happen("flightSnapshot", `[{"flight":"LH400","origin":"Frankfurt"}]`, "5")
	ask()
	if count() != 1 {
		t.Fatalf("after a snapshot %d boards are kept, want 1", count())
	}
	asOf, flights := saved(0)
	if late := time.Since(time.Unix(int64(asOf), 0)); late < 0 || late > 10*time.Second {
		t.Errorf("the board is kept as of %v ago", late)
	}
	if want := "flight\x1fLH400\x1forigin\x1fFrankfurt\x1f\x1f"; flights != want {
		t.Errorf("the board is %q, want %q", flights, want)
	}
}

// A kept page has the kept board, or only its rows if there is none that is as new.
func TestAKeptBoardIsRestored(t *testing.T) {
	for _, c := range []struct {
		reason  string
		kept    map[string]any
		asOf    int64
		whole   bool
		flights string
	}{
		{"nothing is kept", map[string]any{"asOf": 0}, 0, false, "A123"},
		{"the rows are", map[string]any{"asOf": 1795867381}, 1795867381, false, "A123"},
		{"the board is", map[string]any{"asOf": 1795867381, "flights": `[{"flight":"LH1"},{"flight":"LH2"}]`}, 1795867381,
			true, "LH1 LH2"},
		{"a board that cannot be read", map[string]any{"asOf": 1795867381, "flights": `[{`}, 1795867381, false, "A123"},
	} {
		js, err := safejs.ValueOf(c.kept)
		if err != nil {
			t.Fatal(err)
		}
		var b timetable.Board
		b.Apply(&timetable.Change{Kind: timetable.KindReplace, Board: []timetable.Flight{{Number: "A123"}}})
		asOf, whole := (&store{js: js}).restore(&b)
		var numbers []string
		for f := range b.Flights() {
			numbers = append(numbers, f.Number)
		}
		if asOf.IsZero() != (c.asOf == 0) || c.asOf != 0 && asOf.Unix() != c.asOf || whole != c.whole ||
			strings.Join(numbers, " ") != c.flights {
			t.Errorf("%s: as of %v, whole %v, flights %q", c.reason, asOf, whole, numbers)
		}
	}
}
