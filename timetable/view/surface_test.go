package view

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"flightboard/timetable"
)

// A model is a surface in memory. It checks that a Table's calls are valid, and writes them down.
type model struct {
	columns    timetable.Fields
	rows       []*element
	byNumber   map[Row]*element
	transcript []string
	made       int // rows ever made
}

type element struct {
	columns             timetable.Fields // that it has cells of
	key, sign           string
	tooltip, overridden string
	cells               map[timetable.Field]string
	marked              timetable.Fields
	born                int
	star                string // the number of its button
	starred             bool
	begins              int64
}

func newModel() *model {
	return &model{columns: Shown(new(timetable.Board)), byNumber: make(map[Row]*element)}
}

// load makes the rows of a page before a table adopts them.
func (m *model) load(flights []timetable.Flight) {
	var b timetable.Board
	b.Apply(&timetable.Change{Kind: timetable.KindReplace, Board: flights})
	m.columns = Shown(&b)
	for i := range flights {
		f := &flights[i]
		m.made++
		e := &element{key: f.Key(), sign: Sign(f), tooltip: Tooltip(f), overridden: Overridden(f),
			cells: make(map[timetable.Field]string), born: m.made, columns: m.columns}
		for c := range m.columns.All() {
			e.cells[c] = Text(f, c)
		}
		m.rows = append(m.rows, e)
		m.byNumber[Row(i)] = e
	}
}

func (m *model) write(words ...string) {
	var line strings.Builder
	line.WriteString(words[0])
	for _, w := range words[1:] {
		line.WriteString(" " + w)
	}
	m.transcript = append(m.transcript, line.String())
}

func withOption(on bool, option string, words ...string) []string {
	if on {
		return append(words, option)
	}
	return words
}

func (m *model) at(r Row) *element {
	e := m.byNumber[r]
	if e == nil {
		panic(fmt.Sprintf("there is no row %d", r))
	}
	return e
}

func (m *model) name(r Row) string {
	if r == None {
		return "the top"
	}
	return m.at(r).key
}

func (m *model) Columns(set timetable.Fields) {
	words := []string{"columns"}
	for _, c := range Columns {
		if set.Has(c) {
			words = append(words, c.String())
		}
	}
	m.columns = set
	m.write(words...)
}

// FitRow is not in the transcript: each row is fitted after Columns.
func (m *model) FitRow(r Row) {
	e := m.at(r)
	if e.columns == m.columns {
		panic(fmt.Sprintf("the row %s fits already", e.key))
	}
	for _, c := range Columns {
		if !m.columns.Has(c) {
			delete(e.cells, c)
			if c == timetable.FieldState {
				e.tooltip = ""
			}
			e.marked &^= c.Bit()
		} else if !e.columns.Has(c) {
			e.cells[c] = ""
		}
	}
	e.columns = m.columns
}

func (m *model) Insert(r Row, key string, after Row, highlight bool) {
	if m.byNumber[r] != nil {
		panic(fmt.Sprintf("row %d is there already", r))
	}
	m.write(withOption(highlight, "highlight", "insert", key, "after", m.name(after))...)
	m.made++
	e := &element{key: key, cells: make(map[timetable.Field]string), born: m.made, columns: m.columns}
	for c := range m.columns.All() {
		e.cells[c] = ""
	}
	m.byNumber[r] = e
	m.put(e, after)
}

func (m *model) Move(r, after Row) {
	e := m.at(r)
	m.write("move", e.key, "after", m.name(after))
	m.rows = slices.DeleteFunc(m.rows, func(x *element) bool { return x == e })
	m.put(e, after)
}

func (m *model) put(e *element, after Row) {
	i := 0
	if after != None {
		i = slices.Index(m.rows, m.at(after)) + 1
	}
	m.rows = slices.Insert(m.rows, i, e)
}

func (m *model) Remove(r Row, fade bool) {
	e := m.at(r)
	m.write(withOption(fade, "fade", "remove", e.key)...)
	m.rows = slices.DeleteFunc(m.rows, func(x *element) bool { return x == e })
	delete(m.byNumber, r)
}

func (m *model) SetText(r Row, c timetable.Field, text string) {
	e := m.at(r)
	if _, ok := e.cells[c]; !ok {
		panic(fmt.Sprintf("row %s has no cell %s", e.key, c))
	}
	if e.cells[c] == text {
		panic(fmt.Sprintf("the cell %s of %s says %q already", c, e.key, text))
	}
	e.cells[c] = text
	m.write("text", e.key, c.String(), strconv.Quote(text))
}

func (m *model) Mark(r Row, c timetable.Field, on bool) {
	e := m.at(r)
	if _, ok := e.cells[c]; !ok || e.marked.Has(c) == on {
		panic(fmt.Sprintf("the cell %s of %s cannot be marked: %v", c, e.key, on))
	}
	e.marked ^= c.Bit()
	m.write(map[bool]string{true: "mark", false: "unmark"}[on], e.key, c.String())
}

func (m *model) SetTooltip(r Row, tooltip, overridden string) {
	e := m.at(r)
	e.tooltip, e.overridden = tooltip, overridden
	m.write("tooltip", e.key, strconv.Quote(tooltip), "overridden", strconv.Quote(overridden))
}

// SetStar writes down only which flights are followed, or no longer.
func (m *model) SetStar(r Row, number string, on bool) {
	e := m.at(r)
	if e.star == number && e.starred == on {
		panic(fmt.Sprintf("the row %s has this star: %v already", e.key, on))
	}
	if e.starred != on {
		m.write(map[bool]string{true: "star", false: "unstar"}[on], e.key)
	}
	e.star, e.starred = number, on
}

func (m *model) BeginDay(r Row, day int64) {
	e := m.at(r)
	if e.begins == day {
		panic(fmt.Sprintf("the day %d begins with %s already", day, e.key))
	}
	e.begins = day
	date := "none"
	if day != 0 {
		date = dateText(day)
	}
	m.write("day", e.key, date)
}

func (m *model) Announce(text string) { m.write("announce", strconv.Quote(text)) }

func (m *model) SetSign(r Row, sign string) {
	e := m.at(r)
	e.sign = sign
	m.write("sign", e.key, strconv.Quote(sign))
}
