package view

import "flightboard/timetable"

// A Surface is where rows are drawn. Rows have numbers, which a Table gives out and uses again after Remove; a row
// that is put after row None is the first. Only one goroutine calls it.
type Surface interface {
	// Columns shows these columns and no others: every row gets and loses cells accordingly. New cells are empty.
	Columns(timetable.Fields)
	// Insert makes a row with empty cells, without a sign.
	Insert(r Row, key string, after Row)
	// Move puts a row elsewhere. It stays the same element.
	Move(r, after Row)
	Remove(Row)
	// SetText writes a cell. The text is news if the reader has seen another one there.
	SetText(r Row, c timetable.Field, text string, news bool)
	// SetSign gives the row the sign of a state, or none for "".
	SetSign(r Row, sign string)
}

// A Row is the number of a row on a surface.
type Row int

// None is no row.
const None Row = -1

// A Table keeps the rows of a surface equal to a board. The zero value is a table without rows, on which the first four
// columns are shown. A flight's row is the same one for as long as the flight is on the board.
//
// Drawing again what is drawn already calls no verb, and allocates nothing.
type Table struct {
	columns timetable.Fields
	rows    []*row // as on the surface, from the top
	next    []*row // as on the board; only while drawing
	byKey   map[string]*row
	free    []Row // numbers of rows that were removed
	pass    uint32
	order   order
	changed int // cells that the last drawing changed
}

type row struct {
	number Row
	key    string
	drawn  timetable.Flight // what the cells say
	sign   string
	pass   uint32 // the last drawing that found the flight on the board
	old    int    // its place before this drawing; -1: it is new
}

// calm is how many changed cells are marked as news. A drawing that follows one of more marks none: where everything
// changes a mark tells nothing, and costs a style calculation each.
const calm = 64

// Adopt takes over rows that are on the surface already, from the top: row i, with the number i, shows flights[i].
// The surface has the columns that are shown for a board of these flights.
func (t *Table) Adopt(flights []timetable.Flight) {
	*t = Table{byKey: make(map[string]*row, len(flights))}
	var b timetable.Board
	b.Apply(&timetable.Change{Kind: timetable.Replace, Board: flights})
	t.columns = Shown(&b)
	for i := range flights {
		f := &flights[i]
		r := &row{number: Row(i), key: f.Key(), drawn: *f, sign: Sign(f)}
		t.rows = append(t.rows, r)
		if t.byKey[r.key] != nil {
			r.key = "" // of two rows for one flight the second is nobody's, and goes
			continue
		}
		t.byKey[r.key] = r
	}
}

// Draw makes the surface equal to the board, with as few verbs as that takes.
func (t *Table) Draw(b *timetable.Board, s Surface) {
	if shown := Shown(b); shown != t.shown() {
		t.columns = shown
		s.Columns(shown)
	}
	if t.match(b) {
		t.sweep(s)
		t.place(s)
	}
	busy := t.changed > calm
	t.changed = 0
	i := 0
	for f := range b.Flights() {
		r := t.rows[i]
		i++
		if r.drawn != *f {
			t.write(r, f, s, !busy)
		}
	}
}

func (t *Table) shown() timetable.Fields {
	if t.columns == 0 {
		t.columns = Shown(new(timetable.Board))
	}
	return t.columns
}

// match finds the row of each flight and makes those that lack. It says whether rows have to enter, leave or move.
func (t *Table) match(b *timetable.Board) (differs bool) {
	t.pass++
	t.next = t.next[:0]
	for f := range b.Flights() {
		i := len(t.next)
		if i < len(t.rows) && t.rows[i].key == f.Key() {
			// The row stands where it stood, which is the rule; no look-up is needed.
			t.rows[i].pass = t.pass
			t.next = append(t.next, t.rows[i])
			continue
		}
		differs = true
		r := t.byKey[f.Key()]
		if r == nil {
			r = &row{number: None, key: f.Key(), old: -1}
			if t.byKey == nil {
				t.byKey = make(map[string]*row)
			}
			t.byKey[r.key] = r
		}
		r.pass = t.pass
		t.next = append(t.next, r)
	}
	return differs || len(t.next) != len(t.rows)
}

// sweep removes the rows whose flights have left, and numbers the places of the others.
func (t *Table) sweep(s Surface) {
	kept := t.rows[:0]
	for _, r := range t.rows {
		if r.pass == t.pass {
			r.old = len(kept)
			kept = append(kept, r)
			continue
		}
		s.Remove(r.number)
		t.free = append(t.free, r.number)
		delete(t.byKey, r.key)
	}
	clear(t.rows[len(kept):])
	t.rows = kept
}

// place inserts the new rows and moves as few of the others as give the board's order.
func (t *Table) place(s Surface) {
	t.order.keep(t.next)
	used := len(t.rows) + len(t.free) // every number below has been given out
	after := None
	for i, r := range t.next {
		switch {
		case r.old < 0:
			if n := len(t.free); n > 0 {
				r.number, t.free = t.free[n-1], t.free[:n-1]
			} else {
				r.number = Row(used)
				used++
			}
			s.Insert(r.number, r.key, after)
		case !t.order.stays(i):
			s.Move(r.number, after)
		}
		after = r.number
	}
	t.rows = append(t.rows[:0], t.next...)
	clear(t.next)
}

// write writes the cells of a row that differ from the flight.
func (t *Table) write(r *row, f *timetable.Flight, s Surface, mark bool) {
	entering := r.old < 0
	for _, c := range Columns {
		if r.drawn.Text(c) == f.Text(c) || !t.columns.Has(c) {
			continue
		}
		if text := Text(f, c); text != Text(&r.drawn, c) {
			s.SetText(r.number, c, text, mark && !entering)
			if !entering {
				t.changed++
			}
		}
	}
	if sign := Sign(f); sign != r.sign {
		s.SetSign(r.number, sign)
		r.sign = sign
	}
	r.drawn, r.old = *f, 0
}
