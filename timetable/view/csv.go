package view

import (
	"strings"
	"unicode/utf8"

	"flightboard/timetable"
	"flightboard/timetable/words"
)

// AppendCSV appends all pages of the sheet in the form of RFC 4180: a line of column names, then a line for each
// flight. Times have their dates. A text that a spreadsheet would evaluate as a formula gets an apostrophe (see
// NoFormula).
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
	all := list{collate: s.list.collate, zone: s.list.zone}
	q := s.Query()
	q.Size = All
	all.ask(q)
	all.update(b, timetable.Delta{})
	for _, f := range all.page {
		line(f.Text)
	}
	return dst
}

// NoFormula returns a text for a cell of a spreadsheet, with an apostrophe before anything that a spreadsheet would
// evaluate as a formula. In many locales a semicolon or a tab ends a cell, so a formula may also follow one; spaces and
// quotes before it, which some programs drop, do not hide it.
func NoFormula(text string) string {
	if !strings.ContainsAny(text, formulas) {
		return text
	}
	var out []byte
	for text != "" {
		end := len(text)
		if i := strings.IndexAny(text, ";\t\r\n"); i >= 0 {
			end = i + 1
		}
		cell := strings.TrimLeft(text, ` "`)
		if first, _ := utf8.DecodeRuneInString(cell); cell != "" && strings.ContainsRune(formulas, first) {
			out = append(out, '\'')
		}
		out = append(out, text[:end]...)
		text = text[end:]
	}
	return string(out)
}

// formulas are the characters that begin one, those of East Asian keyboards among them, and white space that hides one.
const formulas = "=+-@＝＋－＠\t\r"

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
