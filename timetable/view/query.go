package view

import (
	"maps"
	"slices"

	"flightboard/timetable"
)

// Sizes are the numbers of rows that a page may have; All stands for all of them.
var Sizes = []int{5, 10, 20, 25, 50, 100, All}

// DefaultSize is the size of a page whose reader has not chosen one, and of the page that the server writes.
const (
	DefaultSize = 20
	All         = -1
)

// A Query selects, sorts and pages a board's flights. The zero value asks for the first page of all its flights, in
// its own order.
type Query struct {
	Search  string                     // words, each of which some text of a flight must contain
	Filters map[timetable.Field]string // words for one column each
	Sort    []Key                      // the first counts most; equal flights stay in the board's order
	Page    int                        // from 0; beyond the last it means the last
	Size    int                        // rows on a page; 0 means DefaultSize
}

// A Key is a column to sort by.
type Key struct {
	Column     timetable.Field
	Descending bool
}

// Click sorts as a click on a header does: ascending, descending, and back to the board's own order. With add it
// keeps the other columns to sort by.
func (q *Query) Click(c timetable.Field, add bool) {
	keys := slices.Clone(q.Sort)
	i := slices.IndexFunc(keys, func(k Key) bool { return k.Column == c })
	if !add && (len(keys) > 1 || i < 0) {
		keys, i = nil, -1
	}
	switch {
	case i < 0:
		keys = append(keys, Key{Column: c})
	case !keys[i].Descending:
		keys[i].Descending = true
	default:
		keys = slices.Delete(keys, i, i+1)
	}
	q.Sort, q.Page = keys, 0
}

// Resize changes the number of rows on a page, and goes to the page of the row at place seen, the first that the
// reader sees.
func (q *Query) Resize(size, seen int) {
	first := q.Page*q.PageSize() + seen // all rows are on page 0
	q.Size, q.Page = size, 0
	if size != All {
		q.Page = first / q.PageSize()
	}
}

// PageSize returns how many rows a page has at most, or All.
func (q *Query) PageSize() int {
	if q.Size == 0 {
		return DefaultSize
	}
	return q.Size
}

// Find sets the search, and goes to the first page.
func (q *Query) Find(words string) { q.Search, q.Page = words, 0 }

// Filter sets a column's filter, and goes to the first page.
func (q *Query) Filter(c timetable.Field, words string) {
	filters := make(map[timetable.Field]string, len(q.Filters)+1)
	maps.Copy(filters, q.Filters)
	filters[c] = words
	if words == "" {
		delete(filters, c)
	}
	q.Filters, q.Page = filters, 0
}

// Asks reports whether the query leaves flights out.
func (q *Query) Asks() bool { return q.Search != "" || len(q.Filters) > 0 }

// orderFields are the fields on which the board's own order, and its day, depend.
var orderFields = timetable.FieldArrival.Bit() | timetable.FieldExpected.Bit() | timetable.FieldDated.Bit() |
	timetable.FieldNumber.Bit()

// fields are those on which the choice and the order of flights depend.
func (q *Query) fields() timetable.Fields {
	set := orderFields
	if q.Search != "" {
		for _, c := range searched {
			set |= c.Bit()
		}
	}
	for c := range q.Filters {
		set |= c.Bit()
	}
	for _, k := range q.Sort {
		set |= k.Column.Bit()
	}
	return set
}
