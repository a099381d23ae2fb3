package feed

import (
	"fmt"
	"strings"

	"flightboard/timetable"
)

// A table is a CSV file that holds the present state of its flights. One of its first lines names the columns, which
// are the fields of POST /flights; others are ignored. It publishes only rows that differ from those before.
//
// It removes a flight only if the whole file was read and does not have it: a line that is rejected may be its row.
type table struct {
	lines *lines
	layout
	useless bool        // no line names the columns: all are ignored
	first   tableLine   // the first line, if it names no columns
	titles  int         // lines above the columns' names
	quoted  []tableLine // the beginning of a row whose last cell goes on
	rows    []*tableRow
	refused map[string]bool // flights whose row was rejected: they stay as they were published
	unclear bool            // a line was rejected that may be any flight's row
	unended bool            // the last line has no end
	last    int             // the number of the last line
	broken  bool            // it was left out
	version int             // counts the tables that were read

	before, again map[string]bool // the lines that were rejected in the table before, and in this one

	// These outlive the table.
	shown   map[string]*tableRow // what was published
	missing map[string]absence   // the flights that were published and that the table does not have
	legs    map[leg2]string      // the identities of flights whose number came twice
	ends    bool                 // the last whole table ended in a line feed
	begun   bool                 // shown has the flights of an earlier life of the server
}

type tableLine struct {
	number int
	text   string
	err    error // is not UTF-8
}

type tableRow struct {
	number int
	text   string
	named  bool // it has an id
	key    string
	before bool // it is of a table that was read before the server was restarted
	twice  bool // it was rejected, as another row has its key
	report *timetable.Report
}

// same reports whether the rows have the same cells in the columns that are known.
func (r *tableRow) same(other *tableRow) bool {
	if other == nil {
		return false
	}
	a, b := r.report, other.report
	return a.Flight == b.Flight && a.Named == b.Named &&
		a.Times == b.Times && a.Stamp == b.Stamp && a.Until == b.Until
}

func newTable(l *lines) *table {
	return &table{lines: l, shown: make(map[string]*tableRow), missing: make(map[string]absence),
		legs: make(map[leg2]string)}
}

// restart forgets the rows of the file. Published flights stay until publish.
func (t *table) restart() {
	*t = table{lines: t.lines, shown: t.shown, missing: t.missing, legs: t.legs, ends: t.ends, begun: t.begun,
		version: t.version + 1, before: t.again, again: make(map[string]bool), refused: make(map[string]bool)}
}

// read reads one line. err is an error that was found before.
func (t *table) read(number int, text string, err error) {
	line := tableLine{number, text, err}
	t.last = number
	odd := strings.Count(text, `"`)%2 == 1 && (len(t.quoted) > 0 || t.quotes(text))
	switch {
	case text == "" && err != nil: // too long, or a workbook
		t.release()
		t.reject(line, "", err)
		t.useless = t.useless || err == errWorkbook
	case len(t.quoted) == 0 && !odd:
		t.record(line, false)
	case len(t.quoted) == 0:
		t.quoted = append(t.quoted, line)
	default:
		t.quoted = append(t.quoted, line)
		switch {
		case odd && t.record(joined(t.quoted), true):
			t.quoted = nil
		case odd || len(t.quoted) > maxQuoted:
			t.release()
		}
	}
}

// maxQuoted is how many lines a row may have.
const maxQuoted = 50

// joined returns several lines as one, with a space for each end.
func joined(lines []tableLine) tableLine {
	all := lines[0]
	for _, line := range lines[1:] {
		all.text += " " + line.text
		if all.err == nil {
			all.err = line.err
		}
	}
	return all
}

// release reads lines that a quotation mark has joined one by one: it was not the beginning of a cell.
func (t *table) release() {
	for len(t.quoted) > 0 {
		lines := t.quoted
		t.quoted = nil
		t.record(lines[0], false)
		for _, line := range lines[1:] {
			t.read(line.number, line.text, line.err)
		}
	}
}

// open reports whether a row goes on in a line that has not come.
func (t *table) open() bool { return len(t.quoted) > 0 }

// record reads a line that is a whole row. With only it reads the line if that is right, and reports whether it is.
func (t *table) record(line tableLine, only bool) bool {
	cells, err := t.split(line.text)
	switch {
	case t.useless, strings.Trim(line.text, ",;|\t \x1a") == "", err == nil && blank(cells):
		return true // spreadsheets end in rows of nothing
	case t.fields == nil:
		return t.heading(line, only)
	case err == nil && t.headedAgain(cells):
		return true
	case err == nil:
		cells = t.fit(cells)
	}
	switch {
	case only && (err != nil || len(cells) != len(t.fields)):
		return false
	case err != nil:
		t.reject(line, "", err)
		return true
	}
	key := t.key(cells)
	if len(cells) != len(t.fields) {
		if _, known := t.shown[key]; !known {
			key = "" // cells may have moved, and this is another column's
		}
		t.reject(line, key, fmt.Errorf("has %d cells, want %d as the headings: write empty cells too, and quotation marks "+
			"around a cell that holds a separator", len(cells), len(t.fields)))
		return true
	}
	if line.err != nil {
		t.reject(line, key, line.err)
		return true
	}
	report, err := t.report(cells)
	if err != nil {
		t.reject(line, key, err)
		return true
	}
	t.rows = append(t.rows, &tableRow{number: line.number, text: line.text, named: report.Flight.ID != "",
		key: report.Flight.Key(), report: report})
	return true
}

func blank(cells []string) bool {
	for _, cell := range cells {
		if clean(cell) != "" {
			return false
		}
	}
	return true
}

// reject leaves a line out. Its flight stays; key is empty if the flight is not known. A line that the table before
// had as well is counted and logged once.
func (t *table) reject(line tableLine, key string, err error) {
	t.lines.reject(line.number, err)
	if t.again != nil {
		t.again[line.text] = true
	}
	if !t.before[line.text] {
		t.lines.complain(line.number, err)
	}
	if key == "" || t.unended {
		t.unclear = true
	} else {
		t.refused[strings.Clone(key)] = true
	}
}
