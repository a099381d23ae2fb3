package view

import (
	"strconv"
	"strings"
	"testing"

	"flightboard/timetable"
)

// A counter counts what is written on a model.
type counter struct {
	*model
	texts, fitted int
}

func (c *counter) SetText(r Row, f timetable.Field, text string) {
	c.texts++
	c.model.SetText(r, f, text)
}
func (c *counter) FitRow(r Row) { c.fitted++; c.model.FitRow(r) }

// What a reader asks of thousands of rows at once is written in portions, however often other rows change meanwhile,
// and in the end every cell is right.
func TestManyCellsAreWrittenInPortions(t *testing.T) {
	const flights = 4000
	board := world(flights)
	var sheet Sheet
	c := &counter{model: newModel()}
	sheet.Ask(Query{Size: All})
	drawAll := func(what string, meanwhile func()) {
		t.Helper()
		for drawings := 1; ; drawings++ {
			c.texts, c.fitted = 0, 0
			meanwhile()
			sheet.Draw(board, timetable.Delta{Altered: 1}, c)
			if work := textWork*c.texts + columnWork*c.fitted; work > workAtMost+100 && len(c.rows) == flights {
				t.Fatalf("%s: one drawing writes %d texts and fits %d rows", what, c.texts, c.fitted)
			}
			if !sheet.More() {
				break
			}
			if drawings > 100 {
				t.Fatalf("%s is not complete after %d drawings", what, drawings)
			}
		}
		i := 0
		for f := range board.Flights() {
			e := c.rows[i]
			for _, column := range Columns {
				text, ok := e.cells[column]
				if shown := sheet.Columns().Has(column); ok != shown {
					t.Fatalf("%s: %s has a cell of %s: %v, want %v", what, e.key, column, ok, shown)
				}
				if want := sheet.table.zone.Text(f, column); ok && text != want {
					t.Fatalf("%s: %s of %s is %q, want %q", what, column, e.key, text, want)
				}
			}
			i++
		}
	}
	drawAll("all rows", func() {})
	sheet.SetDisplay(0, East(0))
	drawAll("another zone", func() {})
	sheet.SetDisplay(timetable.FieldAirline.Bit(), East(60))
	drawAll("a column less", func() {})
	sheet.SetDisplay(0, East(0))
	n := 0
	drawAll("a column more, while the first rows change", func() {
		if n++; n > 40 { // they are more than a drawing writes
			return
		}
		i, state := 0, timetable.States[n%len(timetable.States)]
		var change timetable.Change
		for f := range board.Flights() {
			if i++; i > 2000 {
				break
			}
			change.Board = append(change.Board, *f)
		}
		for _, f := range change.Board {
			f.State = state
			board.Apply(&timetable.Change{Kind: timetable.KindPut, Flight: f})
		}
		if n == 40 {
			last := c.rows[flights-1]
			if _, ok := last.cells[timetable.FieldAirline]; !ok {
				t.Errorf("after %d drawings the last row has not got its new column", n)
			}
		}
	})
}

// Another order of thousands of rows comes in portions, from the top, while other rows enter and leave, and in the end
// it is the order of the board. The model checks that each move is of a row that is there, behind one that is there.
func TestManyRowsMoveInPortions(t *testing.T) {
	const flights = 7000
	board := world(flights)
	var sheet Sheet
	m := newModel()
	sheet.Ask(Query{Size: All})
	drawAll := func(what string, meanwhile func(n int)) {
		t.Helper()
		for drawings := 0; ; drawings++ {
			meanwhile(drawings)
			m.transcript = m.transcript[:0]
			sheet.Hold.Selection = drawings > 0 // what the reader has asked for comes even so
			sheet.Draw(board, timetable.Delta{Entered: 1}, m)
			moves := 0
			for _, line := range m.transcript {
				if strings.HasPrefix(line, "move ") {
					moves++
				}
			}
			if moves > movesAtMost {
				t.Fatalf("%s: one drawing moves %d rows", what, moves)
			}
			for i, r := range sheet.table.rows {
				if r.key != m.rows[i].key {
					t.Fatalf("%s: row %d is %s, and the table takes it for %s", what, i, m.rows[i].key, r.key)
				}
			}
			if !sheet.More() {
				break
			}
			if drawings > 100 {
				t.Fatalf("%s is not complete after %d drawings", what, drawings)
			}
		}
		for i, f := range sheet.list.page {
			if m.rows[i].key != f.Key() {
				t.Fatalf("%s: row %d is %s, want %s", what, i, m.rows[i].key, f.Key())
			}
		}
		if len(m.rows) != board.Len() {
			t.Fatalf("%s: there are %d rows, want %d", what, len(m.rows), board.Len())
		}
	}
	drawAll("all rows", func(int) {})
	sheet.Ask(Query{Size: All, Sort: []Key{{Column: timetable.FieldOrigin}}})
	drawAll("by origin", func(int) {})
	sheet.Ask(Query{Size: All, Sort: []Key{{Column: timetable.FieldFrom, Descending: true}}})
	drawAll("by code, down, while rows enter and leave", func(n int) {
		if n > 5 {
			return
		}
		board.Apply(&timetable.Change{Kind: timetable.KindRemove, Flight: timetable.Flight{Number: m.rows[n*1000].key}})
		board.Apply(&timetable.Change{Kind: timetable.KindAdd, Flight: timetable.Flight{
			Number: "NEW" + strconv.Itoa(n), Origin: "Oslo", From: string([]byte{'A' + byte(5*n), 'N', 'X'}),
		}})
	})
}
