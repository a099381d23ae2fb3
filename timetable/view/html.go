package view

import (
	"strconv"
	"strings"

	"flightboard/timetable"
)

// MoreColumns returns the names of the columns that are shown beside the first four, as the table's data-columns has
// them: "expected gate".
func MoreColumns(shown timetable.Fields) string {
	var names []string
	for _, c := range Columns {
		if shown.Has(c) && !always.Has(c) {
			names = append(names, c.String())
		}
	}
	return strings.Join(names, " ")
}

// Wide reports whether so many columns are shown that they are set closer (data-wide).
func Wide(shown timetable.Fields) bool {
	n := 0
	for range shown.All() {
		n++
	}
	return n >= 8
}

// AppendTableTag appends the start tag of the page's table, from which the style knows the columns of the rows. The
// style does not look into the rows: browsers would then compute the whole table's style anew with each row that
// enters. The client knows from it the day for which the rows were written.
func AppendTableTag(dst []byte, shown timetable.Fields, zone Zone) []byte {
	dst = append(dst, `<table id="flights"`...)
	if zone.today != 0 {
		dst = appendAttr(dst, "data-day", strconv.FormatInt(zone.today, 10))
	}
	if more := MoreColumns(shown); more != "" {
		dst = appendAttr(dst, "data-columns", more)
	}
	if Wide(shown) {
		dst = append(dst, " data-wide"...)
	}
	return append(dst, '>')
}

// AppendRows appends rows of the board's table as HTML: the first page, in the board's order, with the columns of the
// whole board and times in a zone, which marks those of other days. That is the default query's page. Texts are
// escaped. A cell whose text is not the flight's own, such as a time's that has a date, has the flight's in data-value,
// so that the client can read the flights back; for the same reason a row has the feed's word and name, and the date of
// its time (data-word, data-feed, data-dated). The first row of a day that is not the board's, and its first cell, have
// the date, which the page's style shows above them (data-begins).
//
// The header cells of the further columns are in the page from the beginning, hidden; the page's style shows those
// that the table's tag names: see [AppendTableTag].
func AppendRows(dst []byte, b *timetable.Board, zone Zone) []byte {
	shown := Shown(b)
	rows, day, begins := 0, int64(0), ""
	for f := range b.Flights() {
		if rows++; rows > DefaultSize {
			break
		}
		dst = appendAttr(append(dst, "\n<tr"...), "data-flight", f.Key())
		if sign := Sign(f); sign != "" {
			dst = appendAttr(dst, "data-state", sign)
		}
		day, begins = zone.Begins(f, day)
		for _, attr := range [...]struct{ name, text string }{
			{"data-begins", begins}, {"data-by-hand", Overridden(f)}, {"data-word", f.Word}, {"data-feed", f.Feed},
			{"data-dated", f.Dated},
		} {
			if attr.text != "" {
				dst = appendAttr(dst, attr.name, attr.text)
			}
		}
		dst = append(dst, '>')
		for _, c := range Columns {
			if !shown.Has(c) {
				continue
			}
			text, value := zone.Text(f, c), f.Text(c)
			dst = appendAttr(append(dst, "<td"...), "data-col", c.String())
			if begins != "" {
				dst = appendAttr(dst, "data-begins", begins)
				begins = ""
			}
			if text != value {
				dst = appendAttr(dst, "data-value", value)
			}
			if note := Tooltip(f); c == timetable.FieldState && note != "" {
				dst = appendAttr(appendAttr(dst, "title", note), "tabindex", "0")
			}
			dst = appendEscaped(append(dst, '>'), text)
			dst = append(dst, "</td>"...)
		}
		dst = append(dst, "</tr>"...)
	}
	if b.Len() > 0 {
		dst = append(dst, '\n')
	}
	return dst
}

func appendAttr(dst []byte, name, value string) []byte {
	dst = append(append(dst, ' '), name...)
	return append(appendEscaped(append(dst, '=', '"'), value), '"')
}

// appendEscaped appends what html.EscapeString returns. Package html would add its table of entities to the
// client, because the linker keeps it, although the client writes no HTML.
func appendEscaped(dst []byte, text string) []byte {
	for i := range len(text) {
		switch c := text[i]; c {
		case '&':
			dst = append(dst, "&amp;"...)
		case '<':
			dst = append(dst, "&lt;"...)
		case '>':
			dst = append(dst, "&gt;"...)
		case '"':
			dst = append(dst, "&#34;"...)
		case '\'':
			dst = append(dst, "&#39;"...)
		default:
			dst = append(dst, c)
		}
	}
	return dst
}
