package feed

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"flightboard/timetable"
)

// A table is a CSV file that says what its flights are now. The first line names the columns, which are the fields of
// POST /flights; others are ignored. It publishes only what differs from what it said before.
type table struct {
	lines   *lines
	columns []string // nil: the first line has not come
	useless bool     // it named no flight: nothing in the file can be taken
	rows    map[string]tableRow
	order   []string
	shown   map[string]tableRow // what was published
}

type tableRow struct {
	number int
	text   string // as JSON
}

// lists are the columns that hold several texts, with spaces, commas or semicolons between them.
var lists = []string{timetable.Codeshares.String()}

func newTable(l *lines) *table { return &table{lines: l, shown: make(map[string]tableRow)} }

// restart forgets what the file said. What was published stays until publish.
func (t *table) restart() {
	t.columns, t.useless, t.rows, t.order = nil, false, make(map[string]tableRow), nil
}

// read reads one line.
func (t *table) read(number int, line string) {
	cells, err := split(line)
	switch {
	case t.useless:
		return
	case err != nil:
		t.lines.complain(number, err)
		return
	case t.columns == nil:
		t.header(number, cells)
		return
	case len(cells) != len(t.columns):
		t.lines.complain(number, fmt.Errorf("has %d cells, want %d", len(cells), len(t.columns)))
		return
	}
	fields := make(map[string]any, len(cells))
	for i, name := range t.columns {
		cell := strings.TrimSpace(cells[i])
		switch {
		case name == "":
		case slices.Contains(lists, name):
			fields[name] = strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune(" ,;", r) })
		case cell == "" && (name == timetable.ID.String() || name == "stamp"): // no identity is not an empty one
		default:
			fields[name] = cell
		}
	}
	text, err := json.Marshal(fields)
	if err != nil {
		t.lines.complain(number, err)
		return
	}
	for entry, err := range timetable.Body(string(text)) {
		if err == nil {
			err = entry.Change.Validate()
		}
		if err != nil {
			t.lines.complain(number, err)
			return
		}
		key := strings.Clone(entry.Change.Flight.Key())
		if _, twice := t.rows[key]; !twice {
			t.order = append(t.order, key)
		}
		t.rows[key] = tableRow{number, string(text)}
	}
}

func (t *table) header(number int, cells []string) {
	t.columns = make([]string, len(cells))
	var known, ignored []string
	for i, cell := range cells {
		cell = strings.TrimSpace(cell)
		for _, err := range timetable.Body(`{"` + strings.NewReplacer(`"`, "", `\`, "").Replace(cell) + `":null}`) {
			if err == nil || slices.Contains(lists, cell) {
				t.columns[i] = cell
				known = append(known, cell)
			} else {
				ignored = append(ignored, cell)
			}
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

// publish hands over what differs from what was published before. It is called when the file is whole.
func (t *table) publish() {
	if t.columns == nil || t.useless { // an empty file is one that is being written, or a mistake: it removes nobody
		return
	}
	for _, key := range slices.Sorted(maps.Keys(t.shown)) {
		row := t.shown[key]
		if _, stays := t.rows[key]; !stays {
			t.lines.add(row.number, &timetable.Change{Kind: timetable.Remove, Flight: timetable.Flight{Number: key}})
			delete(t.shown, key)
		}
	}
	for _, key := range t.order {
		row := t.rows[key]
		if t.shown[key].text == row.text {
			continue
		}
		t.lines.read(row.number, row.text)
		t.shown[key] = row
	}
}
