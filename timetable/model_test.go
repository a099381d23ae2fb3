package timetable

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// A model is a board written as plainly as possible: what the flights are after a change, and nothing about speed,
// order or deltas.
type model map[string]Flight

func (m model) apply(c *Change) {
	key := c.Flight.Key()
	have, known := m[key]
	switch {
	case c.Kind == KindReplace:
		clear(m)
		for _, f := range slices.Backward(c.Board) { // so that the first of two counts
			if f.Key() != "" {
				m[f.Key()] = f
			}
		}
	case c.Kind == KindRemove:
		delete(m, key)
	case key == "":
	case c.Kind == KindAdd, c.Kind == KindPut && !known:
		m[key] = c.Flight
	case known:
		for k := range fieldCount {
			if c.Named.Has(k) && k != FieldNumber && k != FieldID {
				*have.field(k) = c.Flight.Text(k)
			}
		}
		if c.Flight.ID != "" {
			have.ID = c.Flight.ID
			if c.Named.Has(FieldNumber) && c.Flight.Number != "" {
				have.Number = c.Flight.Number
			}
		}
		m[key] = have
	}
}

// since returns the difference of the model from an earlier one.
func (m model) since(before model) (d Delta) {
	for key := range before {
		if _, ok := m[key]; !ok {
			d.Left++
		}
	}
	for key, now := range m {
		was, ok := before[key]
		switch {
		case !ok:
			d.Entered++
		case was != now:
			d.Altered++
			for k := range fieldCount {
				if was.Text(k) != now.Text(k) {
					d.Fields |= k.Bit()
				}
			}
		}
	}
	return d
}

// flights are the model's, in the order of a board onto which they came sorted by key.
func (m model) flights() []Flight {
	var fresh Board
	for _, f := range slices.SortedFunc(maps.Values(m), func(x, y Flight) int { return cmp.Compare(x.Key(), y.Key()) }) {
		fresh.Apply(&Change{Kind: KindAdd, Flight: f})
	}
	return fresh.Snapshot().Board
}

// checkBoard fails the test if the board differs from the model, or is inconsistent inside.
func checkBoard(t *testing.T, want model, b *Board) {
	t.Helper()
	if diff := gocmp.Diff(want.flights(), b.Snapshot().Board); diff != "" {
		t.Errorf("flights (-want +got):\n%s", diff)
	}
	if b.Len() != len(want) {
		t.Errorf("Len() = %d, want %d", b.Len(), len(want))
	}
	var counts [fieldCount]int
	for key, f := range want {
		for k := range fieldCount {
			counts[k] += min(len(f.Text(k)), 1)
		}
		if got := b.Flight(key); got == nil || *got != f {
			t.Errorf("Flight(%q) = %+v, want %+v", key, got, f)
		}
	}
	if b.filled != counts {
		t.Errorf("flights that have each field: %v, want %v", b.filled, counts)
	}
	for k := range fieldCount {
		if b.Has(k) != (counts[k] > 0) {
			t.Errorf("Has(%s) = %t with %d flights that have it", k, b.Has(k), counts[k])
		}
	}
	for key, r := range b.rows {
		if r.Key() != key {
			t.Errorf("the row %q says that its key is %q", key, r.Key())
		}
	}
	for _, r := range b.order { // Snapshot has sorted it
		if r.due.gone || b.rows[r.Key()] != r {
			t.Errorf("the order holds %+v, which has left", r.Flight)
		}
		if due := dueOf(&r.Flight); r.due != due {
			t.Errorf("%+v stands at %+v, want %+v", r.Flight, r.due, due)
		}
	}
	if len(b.order) != len(b.rows) {
		t.Errorf("the order has %d rows, want %d", len(b.order), len(b.rows))
	}
}

// fly makes a flight from words: "I768 arrival=10:10 state=on_belt", in which _ is a space.
func fly(words string) (f Flight) {
	f.Number, words, _ = strings.Cut(words, " ")
	for word := range strings.FieldsSeq(words) {
		name, text, _ := strings.Cut(word, "=")
		k, ok := fieldNamed(name)
		if !ok {
			panic("no field is named " + name)
		}
		*f.field(k) = strings.ReplaceAll(text, "_", " ")
	}
	return f
}

// The constructors below spell changes in tables.

func add(words string) Change    { return Change{Kind: KindAdd, Flight: fly(words)} }
func remove(words string) Change { return Change{Kind: KindRemove, Flight: fly(words)} }
func put(words string) Change    { return saying(KindPut, fly(words)) }
func update(words string) Change { return saying(KindUpdate, fly(words)) }

func saying(kind Kind, f Flight, emptied ...Field) Change {
	c := Change{Kind: kind, Flight: f, Named: f.named()}
	for _, k := range emptied {
		c.Named |= k.Bit()
	}
	return c
}

func replace(flights ...string) Change {
	c := Change{Kind: KindReplace, Board: []Flight{}}
	for _, words := range flights {
		c.Board = append(c.Board, fly(words))
	}
	return c
}
