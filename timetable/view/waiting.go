package view

import "flightboard/timetable"

// shownFlights appends the flights that the rows show now, as the board has them; those that have left, as they were
// drawn.
func (t *Table) shownFlights(dst []*timetable.Flight, b *timetable.Board) []*timetable.Flight {
	for _, r := range t.rows {
		f := b.Flight(r.key)
		if f == nil {
			f = &r.drawn
		}
		dst = append(dst, f)
	}
	return dst
}

// waiting returns how many rows would enter, leave or move if these flights were drawn. On a page that stays full, a
// row that leaves and the one that takes its place count once.
func (t *Table) waiting(flights []*timetable.Flight, full bool) int {
	t.pass++
	t.next = t.next[:0]
	for i, r := range t.rows {
		r.old = i
	}
	same, entering := len(flights) == len(t.rows), 0
	for i, f := range flights {
		key := f.Key()
		if i < len(t.rows) && t.rows[i].key == key {
			t.next = append(t.next, t.rows[i])
			continue
		}
		same = false
		if r := t.byKey[key]; r != nil {
			t.next = append(t.next, r)
		} else {
			entering++
		}
	}
	if same {
		return 0
	}
	t.run.find(t.next)
	moving := 0
	for i := range t.next {
		if !t.run.has(i) {
			moving++
		}
	}
	leaving := len(t.rows) - len(t.next)
	clear(t.next)
	if full && entering == leaving {
		return moving + entering
	}
	return moving + entering + leaving
}
