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

// A table is a CSV file that says what its flights are now. The first line names the columns, which are the fields of
// POST /flights; others are ignored. It publishes only what differs from what it said before.
//
// It removes a flight only when the whole file says that it is gone: a line that cannot be taken may be its row.
type table struct {
	lines   *lines
	columns []string // nil: the first line has not come
	useless bool     // it named no flight: nothing in the file can be taken
	rows    map[string]tableRow
	order   []string
	refused map[string]bool     // flights whose row cannot be taken: what was published of them stays
	unclear bool                // a line cannot be taken, and whose it is nobody knows: any flight may have it
	shown   map[string]tableRow // what was published
}

type tableRow struct {
	number int
	change *timetable.Change
}

// same reports whether the rows have the same cells in the columns that are known.
func (r tableRow) same(other tableRow) bool {
	a, b := r.change, other.change
	return b != nil && a.Flight == b.Flight && a.Named == b.Named &&
		a.Times == b.Times && a.Stamp == b.Stamp && a.Until == b.Until
}

func newTable(l *lines) *table { return &table{lines: l, shown: make(map[string]tableRow)} }

// restart forgets what the file said. What was published stays until publish.
func (t *table) restart() {
	*t = table{lines: t.lines, shown: t.shown, rows: make(map[string]tableRow), refused: make(map[string]bool)}
}

// read reads one line. err is what was wrong with it before it came here.
func (t *table) read(number int, line string, err error) {
	var cells []string
	if err == nil {
		cells, err = split(line)
	}
	switch {
	case t.useless, err == nil && strings.Trim(line, ", \t") == "": // spreadsheets end in rows of nothing
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
			key = "" // cells may have moved, and this is another column's
		}
		t.refuse(number, key, fmt.Errorf("has %d cells, want %d", len(cells), len(t.columns)))
		return
	}
	change := &timetable.Change{Kind: timetable.Put}
	for i, name := range t.columns {
		cell := strings.TrimSpace(cells[i])
		if name == "" || cell == "" && name == timetable.ID.String() { // no identity is not an empty one
			continue
		}
		if err := change.Set(name, cell); err != nil {
			t.refuse(number, key, err)
			return
		}
	}
	if err := change.Validate(); err != nil {
		t.refuse(number, key, err)
		return
	}
	key = change.Flight.Key()
	if _, twice := t.rows[key]; !twice {
		t.order = append(t.order, key)
	}
	t.rows[key] = tableRow{number, change}
}

// key returns what the row's flight is called: its id or else its number.
func (t *table) key(cells []string) string {
	var id, flight string
	for i, cell := range cells[:min(len(cells), len(t.columns))] {
		switch cell = strings.TrimSpace(cell); t.columns[i] {
		case timetable.ID.String():
			id = cmp.Or(cell, id)
		case timetable.Number.String():
			flight = cell
		}
	}
	return cmp.Or(id, flight)
}

// refuse leaves a line out. The flight that it is about stays; key is empty when that cannot be told.
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
		if err := new(timetable.Change).Set(cell, ""); err == nil {
			t.columns[i] = strings.Clone(cell)
			known = append(known, cell)
		} else {
			ignored = append(ignored, cell)
		}
	}
	if !slices.Contains(known, timetable.Number.String()) && !slices.Contains(known, timetable.ID.String()) {
		t.useless = true
		t.lines.complain(number, errors.New("the line that names the columns names no flight: want flight or id"))
	}
	if len(ignored) > 0 {
		t.lines.logger.Info("columns ignored", "columns", strings.Join(ignored, ", "))
	}
}

// publish hands over what differs from what was published before. Flights that are gone leave only when the file is whole.
func (t *table) publish(whole bool) {
	if t.columns == nil || t.useless { // an empty file is one that is being written, or a mistake: it removes nobody
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
		t.lines.add(row.number, row.change)
		t.shown[key] = row
	}
}

// remove removes flights that are gone. It says which feed says so, for others may have brought a flight of that name.
func (t *table) remove() {
	for _, key := range slices.Sorted(maps.Keys(t.shown)) {
		if _, stays := t.rows[key]; stays || t.refused[key] {
			continue
		}
		gone := timetable.Flight{Number: key, Feed: t.lines.name}
		t.lines.add(t.shown[key].number, &timetable.Change{Kind: timetable.Remove, Flight: gone})
		delete(t.shown, key)
	}
}
