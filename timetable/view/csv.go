package view

import (
	"strings"
	"unicode/utf8"

	"flightboard/timetable"
	"flightboard/timetable/words"
)

// AppendCSV appends all pages of the sheet in the form of RFC 4180: a line of column names, then a line for each
// flight. Codeshares and identities, which have no columns on the page, follow where flights have them, so that a
// server that reads the file has the same board, if the language is English: names of columns and states are in the
// language that is set. Times have their dates. A text that a spreadsheet would evaluate as a
// formula gets an apostrophe (see NoFormula).
func (s *Sheet) AppendCSV(dst []byte, b *timetable.Board) []byte {
	all := list{collate: s.list.collate, zone: s.list.zone}
	q := s.Query()
	q.Size = All
	all.ask(q)
	all.update(b, timetable.Delta{})
	columns := s.Shown(b)
	for _, f := range all.page {
		columns |= f.Filled() & (timetable.FieldCodeshares.Bit() | timetable.FieldID.Bit())
	}
	line := func(text func(timetable.Field) string) {
		first := true
		cell := func(c timetable.Field) {
			if !columns.Has(c) {
				return
			}
			if !first {
				dst = append(dst, ',')
			}
			first = false
			dst = appendField(dst, InCell(text(c)))
		}
		for _, c := range Columns {
			cell(c)
		}
		cell(timetable.FieldCodeshares)
		cell(timetable.FieldID)
		dst = append(dst, '\r', '\n')
	}
	line(words.Column)
	for _, f := range all.page {
		line(func(c timetable.Field) string { return textOf(f, c) })
	}
	return dst
}

// InCell returns a list such as that of codeshares, or another text, on one line: with commas if flight numbers have
// spaces.
func InCell(list string) string {
	separator := " "
	if strings.Contains(list, separator) {
		separator = ", "
	}
	return strings.Join(strings.Split(list, "\n"), separator)
}

// NoFormula returns a text for a cell of a spreadsheet, with an apostrophe before anything that a spreadsheet would
// evaluate as a formula. In many locales a semicolon or a tab ends a cell, so a formula may also follow one; spaces and
// quotes before it, which some programs drop, do not hide it. FromCell takes the apostrophes back.
func NoFormula(text string) string {
	return eachFormula(text, func(out []byte, formula string) []byte {
		return append(append(out, '\''), formula...)
	})
}

// FromCell returns the text of which NoFormula has made a cell.
func FromCell(cell string) string {
	return eachFormula(cell, func(out []byte, formula string) []byte {
		return append(out, strings.TrimPrefix(formula, "'")...)
	})
}

// eachFormula returns the text with whatever would be taken for a formula replaced by add. Apostrophes before a formula
// count as a part of it, so that those of NoFormula can be told from the text's own.
func eachFormula(text string, add func(out []byte, formula string) []byte) string {
	if !strings.ContainsAny(text, formulas) {
		return text
	}
	var out []byte
	for text != "" {
		end := len(text)
		if i := strings.IndexAny(text, ";\t\r\n"); i >= 0 {
			end = i + 1
		}
		cell := strings.TrimLeft(text, ` "'`)
		if first, _ := utf8.DecodeRuneInString(cell); cell != "" && strings.ContainsRune(formulas, first) {
			out = add(out, text[:end])
		} else {
			out = append(out, text[:end]...)
		}
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
