package view

import (
	"strings"

	"flightboard/timetable"
	"flightboard/wasm/words"
)

// AppendCSV appends what is shown, all pages of it, as RFC 4180 has it: a line of column names, then a line a flight.
// Times carry their dates. A text that a spreadsheet would take for a formula gets an apostrophe.
func (s *Sheet) AppendCSV(dst []byte, b *timetable.Board) []byte {
	columns := s.Shown(b)
	line := func(text func(timetable.Field) string) {
		first := true
		for _, c := range Columns {
			if !columns.Has(c) {
				continue
			}
			if !first {
				dst = append(dst, ',')
			}
			first = false
			dst = appendField(dst, text(c))
		}
		dst = append(dst, '\r', '\n')
	}
	line(words.Column)
	all := list{collate: s.list.collate, zone: s.Zone}
	q := s.Query()
	q.Size = All
	all.ask(q)
	all.update(b, timetable.Delta{})
	for _, f := range all.page {
		line(f.Text)
	}
	return dst
}

// NoFormula is a text as a cell of a file for spreadsheets: one that they would take for a formula gets an apostrophe.
func NoFormula(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

func appendField(dst []byte, text string) []byte {
	text = NoFormula(text)
	if !strings.ContainsAny(text, ",\"\r\n") {
		return append(dst, text...)
	}
	dst = append(dst, '"')
	for i := range len(text) {
		if text[i] == '"' {
			dst = append(dst, '"')
		}
		dst = append(dst, text[i])
	}
	return append(dst, '"')
}
