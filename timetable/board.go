package timetable

import (
	"iter"
	"strings"
)

// A Board is the state that changes build. The zero value is an empty board. It is not safe for concurrent use.
type Board struct {
	MaxFlights int // the most flights that a batch may leave on the board; 0: any number. Apply does not check it

	rows     map[string]*row
	order    []*row          // in the board's order unless unsorted; removed rows are among them
	left     int             // how many rows of order are removed
	unsorted bool            // order has to be sorted before it is read
	filled   [fieldCount]int // how many flights have each field
	texts    map[string]string
	pass     uint32 // counts snapshots; rows that a snapshot did not name have an older number

	// Only batches fill these, so they are empty in a browser.
	overrides  map[string]override
	tombstones tombstones
	over       overFlights
	numbers    map[string]*row // rows that have an ID, by number; nil until a batch asks
}

type row struct {
	Flight
	due  due
	pass uint32
	from *provenance // nil: no batch has touched the row
	next *row        // in numbers: another one with the number
}

// A Delta is what a change did to a board. Its zero value is nothing.
type Delta struct {
	Entered, Left, Altered int    // flights
	Fields                 Fields // that differ in altered flights
}

// Apply alters the board. It cannot fail: an update or removal of a flight that is not on the board does nothing, so
// changes may be applied twice. The board copies the change's texts.
func (b *Board) Apply(c *Change) Delta {
	key := c.Flight.Key()
	switch r := b.rows[key]; {
	case c.Kind == KindReplace:
		return b.replace(c.Board)
	case c.Kind == KindRemove:
		return b.remove(r)
	case c.Kind == KindAdd:
		return b.put(r, &c.Flight, allFields)
	case r != nil:
		return b.put(r, &c.Flight, c.news())
	case c.Kind == KindPut:
		return b.put(nil, &c.Flight, allFields)
	}
	return Delta{}
}

// Len is the number of flights.
func (b *Board) Len() int { return len(b.rows) }

// Has reports whether any flight has the field.
func (b *Board) Has(k Field) bool { return b.filled[k] > 0 }

// Flight returns the flight with this key, or nil. The caller may only read it, and not after the next Apply.
func (b *Board) Flight(key string) *Flight {
	if r := b.rows[key]; r != nil {
		return &r.Flight
	}
	return nil
}

// Flights yields the flights in the board's order: by the time at which they are expected. The caller may only read
// them, and not after the next Apply.
func (b *Board) Flights() iter.Seq[*Flight] {
	return func(yield func(*Flight) bool) {
		b.sort()
		for _, r := range b.order {
			if !yield(&r.Flight) {
				return
			}
		}
	}
}

// Snapshot returns the change that makes any board equal to this one.
func (b *Board) Snapshot() Change {
	c := Change{Kind: KindReplace, Board: make([]Flight, 0, b.Len())}
	for f := range b.Flights() {
		c.Board = append(c.Board, *f)
	}
	return c
}

// put writes the named fields of f into the row, or into a new row when there is none.
func (b *Board) put(r *row, f *Flight, named Fields) (d Delta) {
	entering := r == nil
	if entering {
		key := strings.Clone(f.Key())
		if key == "" {
			return Delta{}
		}
		r = &row{pass: b.pass}
		if f.ID != "" {
			r.ID = key
		} else {
			r.Number = key
		}
		if b.rows == nil {
			b.rows = make(map[string]*row)
		}
		b.rows[key] = r
		if b.left > len(b.rows) {
			b.compact()
		}
		b.order = append(b.order, r)
		b.count(&r.Flight, 1)
	}
	renumbers := b.numbers != nil && (entering || r.Number != f.Number || r.ID != f.ID)
	if renumbers && !entering {
		b.forgetNumber(r)
	}
	for k := range named.All() {
		have, want := r.field(k), *f.field(k)
		if *have == want {
			continue
		}
		b.filled[k] += filled(want) - filled(*have)
		*have = b.own(want)
		d.Fields |= k.Bit()
	}
	if renumbers {
		b.addNumber(r)
	}
	if entering || d.Fields&orderFields != 0 {
		r.due = dueOf(&r.Flight)
		b.unsorted = true
	}
	switch {
	case entering:
		return Delta{Entered: 1}
	case d.Fields != 0:
		d.Altered = 1
	}
	return d
}

func (b *Board) remove(r *row) Delta {
	if r == nil {
		return Delta{}
	}
	b.leave(r)
	return Delta{Left: 1}
}

// leave removes the row from the index. The order keeps it, marked, until the order is read or half of it is removed.
func (b *Board) leave(r *row) {
	if b.numbers != nil {
		b.forgetNumber(r)
	}
	delete(b.rows, r.Key())
	b.count(&r.Flight, -1)
	r.due.gone = true
	b.left++
	if r.due.class == undated {
		b.unsorted = true // the widest gap may lie elsewhere now
	}
}

func (b *Board) replace(flights []Flight) (d Delta) {
	b.pass++
	for i := range flights {
		b.renew(&flights[i], &d)
	}
	b.expire(&d)
	return d
}

// renew puts a flight of the snapshot with the number b.pass. Of two flights with one key the first counts.
func (b *Board) renew(f *Flight, d *Delta) {
	r := b.rows[f.Key()]
	if r != nil {
		if r.pass == b.pass {
			return
		}
		r.pass = b.pass
	}
	one := b.put(r, f, allFields)
	d.Entered += one.Entered
	d.Altered += one.Altered
	d.Fields |= one.Fields
}

// expire removes the rows that the snapshot did not name.
func (b *Board) expire(d *Delta) {
	for _, r := range b.order {
		if r.pass != b.pass && !r.due.gone {
			b.leave(r)
			d.Left++
		}
	}
}

func (b *Board) count(f *Flight, by int) {
	for k := range f.named().All() {
		b.filled[k] += by
	}
}

func filled(text string) int {
	if text == "" {
		return 0
	}
	return 1
}

// own returns a copy of the text that belongs to the board. Most texts repeat (states, cities, minutes of the day), so
// copies are shared in a table, which is dropped when it has grown too large for the flights of the board. Long texts
// are not shared: they seldom repeat, and the table would keep them long after their flights.
func (b *Board) own(text string) string {
	if len(text) == 0 || len(text) > MaxIdentity {
		return strings.Clone(text)
	}
	if have, ok := b.texts[text]; ok {
		return have
	}
	if b.texts == nil || len(b.texts) >= 8192 {
		b.texts = make(map[string]string)
	}
	text = strings.Clone(text)
	b.texts[text] = text
	return text
}
