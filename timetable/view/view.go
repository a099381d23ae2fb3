// Package view computes the table of a board: its columns and rows, their order, the text of each cell, and the
// differences from the table that was drawn last.
//
// It has two outputs of the same structure. [AppendRows] writes the rows of a page's table as HTML, for the first
// paint; the server calls it and inserts the result between <tbody> and </tbody>. A [Table] then adopts those rows and
// keeps them equal to a board, with as few calls of a [Surface] as possible.
//
// The package is pure Go: it calls no JavaScript and reads no clock.
package view

import "flightboard/timetable"

// Columns are the columns in their order. The first four are always shown, a further one while some flight has it.
// A column's name in the page (data-col) is its field's name.
var Columns = []timetable.Field{
	timetable.FieldOrigin, timetable.FieldNumber, timetable.FieldArrival, timetable.FieldState,
	timetable.FieldExpected, timetable.FieldAirline, timetable.FieldFrom, timetable.FieldTerminal,
	timetable.FieldGate, timetable.FieldBelt, timetable.FieldRemark,
}

// always are the columns that are shown even if no flight fills them.
const always timetable.Fields = 1<<timetable.FieldOrigin | 1<<timetable.FieldNumber |
	1<<timetable.FieldArrival | 1<<timetable.FieldState

// Shown returns the set of columns that a table of this board has. A row has a cell for each of them and no others.
func Shown(b *timetable.Board) timetable.Fields {
	set := always
	for _, c := range Columns {
		if b.Has(c) {
			set |= c.Bit()
		}
	}
	return set
}

// Text returns the text of a column's cell: that of [Zone.Text], with the airport's times of day.
func Text(f *timetable.Flight, c timetable.Field) string { return Airport.Text(f, c) }

// Sign returns the word that gives a row its sign and colour (data-state): the word of the vocabulary that its state
// means, or "".
func Sign(f *timetable.Flight) string { return timetable.StateOf(f.State) }
