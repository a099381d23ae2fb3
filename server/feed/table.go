package feed

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"flightboard/timetable"
)

// A table is a CSV file with the present state of its flights. The first line names the columns, which are the fields
// of POST /flights; others are ignored. It publishes only rows that differ from the published ones.
//
// It removes a flight only if it is missing in the complete file. A flight is not removed if a rejected line may be its
// row.
type table struct {
	lines   *lines
	columns []string // nil: the first line was not read yet
	useless bool     // the first line has no column that names a flight: all lines are ignored
	rows    map[string]tableRow
	order   []string
	refused map[string]bool     // flights whose row was rejected: they stay as they were published
	unclear bool                // a line was rejected that may be the row of any flight
	shown   map[string]tableRow // the published rows
}

type tableRow struct {
	number int
	report *timetable.Report
}

// same reports whether the rows have the same cells in the columns that are known.
func (r tableRow) same(other tableRow) bool {
	a, b := r.report, other.report
	return b != nil && a.Flight == b.Flight && a.Named == b.Named &&
		a.Times == b.Times && a.Stamp == b.Stamp && a.Until == b.Until
}

func newTable(l *lines) *table { return &table{lines: l, shown: make(map[string]tableRow)} }

// restart forgets the rows of the file. Published flights stay until publish.
func (t *table) restart() {
	*t = table{lines: t.lines, shown: t.shown, rows: make(map[string]tableRow), refused: make(map[string]bool)}
}

// read reads one line. err is an error that was found before.
func (t *table) read(number int, line string, err error) {
	var cells []string
	if err == nil {
		cells, err = split(line)
	}
	switch {
	case t.useless, err == nil && strings.Trim(line, ", \t") == "": // spreadsheets end in empty rows
		return
	case err != nil:
		t.refuse(number, "", err)
		return
	case t.columns == nil:
		t.header(number, cells)
		return
	}
	key := t.key(cells)
	if len(cells) != len(t.columns) {
		if _, known := t.shown[key]; !known {
			key = "" // cells may have moved, so this may be another column's
		}
		t.refuse(number, key, fmt.Errorf("has %d cells, want %d", len(cells), len(t.columns)))
		return
	}
	report := &timetable.Report{Change: timetable.Change{Kind: timetable.KindPut}}
	for i, name := range t.columns {
		cell := strings.TrimSpace(cells[i])
		if name == "" || cell == "" && name == timetable.FieldID.String() { // no identity is not an empty one
			continue
		}
		if err := report.Set(name, cell); err != nil {
			t.refuse(number, key, err)
			return
		}
	}
	if err := report.Validate(); err != nil {
		t.refuse(number, key, err)
		return
	}
	key = report.Flight.Key()
	if _, twice := t.rows[key]; !twice {
		t.order = append(t.order, key)
	}
	t.rows[key] = tableRow{number, report}
}

// key returns the key of the row's flight: its id or else its number.
func (t *table) key(cells []string) string {
	var id, flight string
	for i, cell := range cells[:min(len(cells), len(t.columns))] {
		switch cell = strings.TrimSpace(cell); t.columns[i] {
		case timetable.FieldID.String():
			id = cmp.Or(cell, id)
		case timetable.FieldNumber.String():
			flight = cell
		}
	}
	return cmp.Or(id, flight)
}

// refuse leaves out a line. Its flight is not removed; key is empty if the flight is unknown.
func (t *table) refuse(number int, key string, err error) {
	t.lines.complain(number, err)
	if key == "" {
		t.unclear = true
	} else {
		t.refused[strings.Clone(key)] = true
	}
}

func (t *table) header(number int, cells []string) {
	t.columns = make([]string, len(cells))
	var known, ignored []string
	for i, cell := range cells {
		cell = strings.TrimSpace(cell)
		if err := new(timetable.Report).Set(cell, ""); err == nil {
			t.columns[i] = strings.Clone(cell)
			known = append(known, cell)
		} else {
			ignored = append(ignored, cell)
		}
	}
	if !slices.Contains(known, timetable.FieldNumber.String()) && !slices.Contains(known, timetable.FieldID.String()) {
		t.useless = true
		t.lines.complain(number, errors.New("the first line has no column for the flight: want flight or id"))
	}
	if len(ignored) > 0 {
		t.lines.logger.Info("columns ignored", "columns", strings.Join(ignored, ", "))
	}
}

// publish gives the rows that differ from the published ones to lines, which publishes them later. If the file is
// complete, it also removes the flights that are not in it.
func (t *table) publish(whole bool) {
	if t.columns == nil || t.useless { // an empty file is a mistake or being written: it must not remove flights
		return
	}
	if whole && !t.unclear {
		t.remove()
	}
	for _, key := range t.order {
		row := t.rows[key]
		if row.same(t.shown[key]) {
			continue
		}
		t.lines.add(row.number, row.report)
		t.shown[key] = row
	}
}

// remove removes the flights that are no longer in the file. The removals name the feed, because another feed may have
// a flight with the same number.
func (t *table) remove() {
	for _, key := range slices.Sorted(maps.Keys(t.shown)) {
		if _, stays := t.rows[key]; stays || t.refused[key] {
			continue
		}
		gone := timetable.Flight{Number: key, Feed: t.lines.name}
		t.lines.add(t.shown[key].number, &timetable.Report{Change: timetable.Change{Kind: timetable.KindRemove,
			Flight: gone}})
		delete(t.shown, key)
	}
}
