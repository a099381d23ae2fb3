package timetable

import (
	"fmt"
	"slices"
	"strings"
)

// A SharedNumberError is about a report that names a flight by a number that several flights have.
type SharedNumberError struct {
	Number string
	IDs    []string // of the flights, sorted
}

func (e *SharedNumberError) Error() string {
	const most = 10
	var list strings.Builder
	for i, id := range e.IDs[:min(len(e.IDs), most)] {
		if i > 0 {
			list.WriteString(", ")
		}
		list.WriteString(quote(id))
	}
	if n := len(e.IDs) - most; n > 0 {
		fmt.Fprintf(&list, " and %d more", n)
	}
	return fmt.Sprintf("flight: %d flights have the number %s: want the id of one of them: %s", len(e.IDs),
		quote(e.Number), &list)
}

// Resolve gives a report the ID of the flight that it means, if it names a flight by its number alone, and the flight
// has an ID. If several have the number, and none has it as its identity, it returns a [*SharedNumberError]. It does
// not resolve an addition, which has all fields of the flight, nor a removal that names a feed, which is a table's
// own row.
func (b *Batch) Resolve(r *Report) error {
	number := r.Flight.Number
	if r.Flight.ID != "" || number == "" || r.Published || r.Kind == KindAdd || r.Kind == KindReplace ||
		r.Kind == KindRemove && r.Flight.Feed != "" {
		return nil
	}
	row := b.row(number)
	if _, there := row.base(); there {
		return nil
	}
	switch ids := b.numbered(number); len(ids) {
	case 0:
	case 1:
		r.Flight.ID = ids[0]
		r.Named |= FieldID.Bit()
	default:
		return &FieldError{FieldNumber.String(), &SharedNumberError{number, ids}}
	}
	return nil
}

// numbered returns the IDs of the flights that have the number.
func (b *Batch) numbered(number string) (ids []string) {
	for one := b; one != nil; one = one.below {
		ids = append(ids, one.numbers[number]...)
	}
	ids = append(ids, b.board.numbered(number)...)
	slices.Sort(ids)
	ids = slices.Compact(ids)
	return slices.DeleteFunc(ids, func(id string) bool {
		row := b.row(id)
		base, there := row.base()
		return !there || base.Number != number || base.ID != id
	})
}

// addNumber notes that a row of the batch has an ID. What has changed since, numbered finds out.
func (b *Batch) addNumber(r *batchRow) {
	f, there := r.base()
	if !there || f.ID == "" || slices.Contains(b.numbers[f.Number], f.ID) {
		return
	}
	if b.numbers == nil {
		b.numbers = make(map[string][]string)
	}
	b.numbers[f.Number] = append(b.numbers[f.Number], f.ID)
}

// numbered returns the IDs of the flights that have had the number, and of those that are hidden.
func (b *Board) numbered(number string) (ids []string) {
	if b.numbers == nil {
		b.numbers = make(map[string]*row)
		for _, r := range b.rows {
			b.addNumber(r)
		}
	}
	for r := b.numbers[number]; r != nil; r = r.next {
		ids = append(ids, r.ID)
	}
	for key, o := range b.overrides {
		if o.Base.Number == number {
			ids = append(ids, key)
		}
	}
	return ids
}

func (b *Board) addNumber(r *row) {
	if r.ID != "" {
		r.next = b.numbers[r.Number]
		b.numbers[r.Number] = r
	}
}

func (b *Board) forgetNumber(r *row) {
	if r.ID == "" {
		return
	}
	if first := b.numbers[r.Number]; first == r {
		if r.next == nil {
			delete(b.numbers, r.Number)
		} else {
			b.numbers[r.Number] = r.next
		}
	} else {
		for at := first; at != nil; at = at.next {
			if at.next == r {
				at.next = r.next
				break
			}
		}
	}
	r.next = nil
}
