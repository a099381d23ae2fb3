package feed

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"flightboard/timetable"
)

// An absence is that of a flight that was published and is no longer in the table.
type absence struct {
	since   time.Time
	version int // the table that did not have it first
}

// A leg2 is a row whose number comes twice.
type leg2 struct{ number, arrival string }

// publish keeps the rows that differ from the published ones for lines to publish. If the file is whole, flights that
// it does not have leave.
func (t *table) publish(whole bool) {
	if whole {
		t.release()
		if t.fields == nil && !t.useless && t.titles > 0 {
			t.noHeading()
		}
	}
	if t.fields == nil || t.useless { // an empty file is being written, or a mistake: it removes no flight
		return
	}
	t.begin()
	rows := t.identify(whole)
	gone := t.absent(rows)
	if whole && t.unended && t.ends && (len(gone) > 0 || t.broken) {
		rows = t.breakOff(rows)
	} else if whole {
		t.ends = !t.unended
	}
	t.remove(gone, whole)
	for _, row := range rows {
		if row.same(t.shown[row.key]) {
			continue
		}
		t.lines.add(row.number, row.report)
		t.shown[row.key] = row
	}
}

// begin takes over the flights that the feed published before the server was restarted, so that those leave whose rows
// were deleted meanwhile.
func (t *table) begin() {
	if t.begun {
		return
	}
	t.begun = true
	for _, f := range t.lines.owned() {
		report := &timetable.Report{Change: timetable.Change{Flight: f}} // names nothing, so no row is the same
		t.shown[f.Key()] = &tableRow{key: f.Key(), before: true, report: report}
		if f.ID == f.Number+" "+f.Arrival {
			t.legs[leg2{f.Number, f.Arrival}] = f.ID
		}
	}
}

// withdraw forgets rows that the log has rejected, so that they are tried again with the next table.
func (t *table) withdraw(numbers []int) {
	for _, row := range t.rows {
		if slices.Contains(numbers, row.number) && t.shown[row.key] == row {
			delete(t.shown, row.key)
		}
	}
}

// breakOff leaves out the last line of a table that breaks off in it.
func (t *table) breakOff(rows []*tableRow) []*tableRow {
	if t.broken || len(t.rows) == 0 || t.rows[len(t.rows)-1].number != t.last {
		return rows // it was rejected
	}
	last := t.rows[len(t.rows)-1]
	t.broken, t.rows = true, t.rows[:len(t.rows)-1]
	t.reject(tableLine{number: last.number, text: last.text}, "", errors.New("the last line has no end, and flights are"+
		" missing: the table has broken off, and removes none"))
	return t.identify(true)
}

// absent returns the keys of the flights that were published and that the table does not have.
func (t *table) absent(rows []*tableRow) (keys []string) {
	has := make(map[string]bool, len(rows))
	for _, row := range rows {
		has[row.key] = true
	}
	now := time.Now()
	for _, key := range slices.Sorted(maps.Keys(t.shown)) {
		if has[key] || t.refused[key] || t.refused[t.shown[key].report.Flight.Number] {
			delete(t.missing, key)
			continue
		}
		if _, known := t.missing[key]; !known {
			t.missing[key] = absence{now, t.version}
		}
		keys = append(keys, key)
	}
	return keys
}

// A loss of many flights is perhaps that of a part of the file. They leave when it lasts for sure.
const (
	many = 5                        // flights at least
	part = 4                        // the fourth part of all, at least
	sure = (certain - ended) * look // how long
)

// remove removes flights that are missing, if nothing speaks against it. The removals name the feed, as other feeds may
// have a flight with the same number.
func (t *table) remove(keys []string, whole bool) {
	if t.unclear || t.unended && (!whole || t.ends) {
		return
	}
	now := time.Now()
	large := len(keys) >= many && len(keys) >= len(t.shown)/part
	if large && whole && now.Sub(t.missing[keys[0]].since) < sure {
		t.lines.logger.Warn("many flights are missing in the table; they leave if it stays so",
			"missing", len(keys), "of", len(t.shown), "after", sure)
	}
	for _, key := range keys {
		lasts := now.Sub(t.missing[key].since)
		// Of a table that is replaced again and again each version may be too young to be whole.
		if !whole && (lasts < 2*ended*look || t.missing[key].version == t.version) || large && lasts < sure ||
			t.shown[key].before && t.unended { // whether tables of the feed end in a line feed is not known
			continue
		}
		gone := timetable.Flight{Number: key, Feed: t.lines.name}
		removal := timetable.Change{Kind: timetable.KindRemove, Flight: gone}
		t.lines.add(t.shown[key].number, &timetable.Report{Change: removal})
		delete(t.shown, key)
		delete(t.missing, key)
		maps.DeleteFunc(t.legs, func(_ leg2, is string) bool { return is == key })
	}
}

// identify returns the rows to publish, each with a key of its own. Rows of one number without an id are legs of their
// own if each has another arrival; a leg keeps its identity when the other one has left. Otherwise the last row counts
// and the one before is rejected.
func (t *table) identify(whole bool) (rows []*tableRow) {
	alike := make(map[string][]*tableRow, len(t.rows)) // by number
	for _, row := range t.rows {
		if !row.named {
			alike[row.report.Flight.Number] = append(alike[row.report.Flight.Number], row)
		}
	}
	last := make(map[string]*tableRow, len(t.rows))
	for _, row := range t.rows {
		if !row.named {
			t.setLeg(row, alike[row.report.Flight.Number])
		}
		if other, twice := last[row.key]; twice && !row.same(other) && whole && !row.twice {
			row.twice = true
			t.complainTwice(other, row)
		}
		last[row.key] = row
	}
	for _, row := range t.rows {
		if last[row.key] == row {
			rows = append(rows, row)
		}
	}
	return rows
}

// setLeg gives a row the identity of its leg, if its number comes twice, or did.
func (t *table) setLeg(row *tableRow, alike []*tableRow) {
	f := &row.report.Flight
	leg := leg2{f.Number, f.Arrival}
	id, known := t.legs[leg]
	if !known {
		before := t.shown[f.Number]
		switch {
		case len(alike) == 1 || !apart(alike):
			return
		case before != nil && before.report.Flight.Arrival == f.Arrival:
			id = f.Number // it came before the other
		default:
			id = f.Number + " " + f.Arrival
		}
		t.legs[leg] = id
	}
	if row.key = id; id != f.Number {
		f.ID = id
		row.report.Named |= timetable.FieldID.Bit()
	}
}

// apart reports whether the arrivals of rows tell them apart.
func apart(rows []*tableRow) bool {
	seen := make(map[string]bool, len(rows))
	for _, row := range rows {
		arrival := row.report.Flight.Arrival
		if arrival == "" || seen[arrival] {
			return false
		}
		seen[arrival] = true
	}
	return true
}

func (t *table) complainTwice(one, other *tableRow) {
	number := strings.TrimSpace(one.report.Flight.Key())
	err := fmt.Errorf("%q is in line %d, too: rows of one flight number need different arrivals, or an id each",
		number, other.number)
	t.lines.reject(one.number, err)
	text := one.text + "\n" + other.text
	if t.again != nil {
		t.again[text] = true
	}
	if !t.before[text] {
		t.lines.complain(one.number, err)
	}
}
