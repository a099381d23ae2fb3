package view

import (
	"testing"

	"flightboard/timetable"
)

// A page of thousands of rows grows from drawing to drawing, so that none of them takes the browser long, and in the
// end it is the board. The rows that are there stay, wherever on the page they are.
func TestALongPageGrows(t *testing.T) {
	board := world(1000)
	var sheet Sheet
	m := newModel()
	sheet.Ask(Query{Page: 40})
	sheet.Draw(board, timetable.Delta{}, m)
	born := make(map[string]int)
	for _, e := range m.rows {
		born[e.key] = e.born
	}
	if sheet.More() || len(born) != DefaultSize {
		t.Fatalf("a page of %d rows is left with more: %v", len(born), sheet.More())
	}
	sheet.Ask(Query{Size: All})
	for drawings := 1; ; drawings++ {
		before := len(m.rows)
		sheet.Hold.Selection = true // what the reader has asked for comes even so
		sheet.Draw(board, timetable.Delta{}, m)
		if entered := len(m.rows) - before; entered > enterAtMost {
			t.Errorf("%d rows enter in one drawing, want %d at most", entered, enterAtMost)
		}
		if !sheet.More() {
			break
		}
		if drawings > 1000/enterAtMost+enterAtMost/enterFirst {
			t.Fatalf("after %d drawings there are %d rows", drawings, len(m.rows))
		}
	}
	i := 0
	for f := range board.Flights() {
		if m.rows[i].key != f.Key() {
			t.Fatalf("row %d is %s, want %s", i, m.rows[i].key, f.Key())
		}
		i++
	}
	for _, e := range m.rows {
		if was, ok := born[e.key]; ok && was != e.born {
			t.Errorf("%s has got another row", e.key)
		}
	}
}
