package timetable

import (
	"cmp"
	"slices"
)

// orderFields are the fields on which a flight's place in the board's order depends.
const orderFields = 1<<FieldNumber | 1<<FieldArrival | 1<<FieldExpected | 1<<FieldDated

// due is the place of a flight in the board's order.
type due struct {
	class   uint8 // dated before undated before timeless
	gone    bool
	seconds int64 // dated: Unix time; undated: after midnight
}

const (
	dated uint8 = iota
	undated
	timeless
)

// dueOf returns the time at which the flight is expected, or else scheduled.
func dueOf(f *Flight) due {
	t, ok := f.Time(FieldExpected)
	if !ok {
		t, ok = f.Time(FieldArrival)
	}
	switch {
	case !ok:
		return due{class: timeless}
	case t.Dated:
		return due{class: dated, seconds: t.Seconds}
	}
	return due{class: undated, seconds: modulo(t.Seconds, day)}
}

// Due returns when the flight is expected, or else scheduled, in Unix time; ok is false if the time has no date.
func (f *Flight) Due() (seconds int64, ok bool) {
	due := dueOf(f)
	return due.seconds, due.class == dated
}

// sort sorts the board by due time, then number, then key, so the order depends on the flights alone and not on the
// order of the changes.
//
// Times without a date are on a circle, which is cut at the board's widest gap: a board with 23:50 and 00:10 begins
// with 23:50.
func (b *Board) sort() {
	if b.left > 0 {
		b.compact()
	}
	if !b.unsorted {
		return
	}
	b.unsorted = false
	var times TimesOfDay
	for _, r := range b.order {
		if r.due.class == undated {
			times.Add(r.due.seconds)
		}
	}
	cut := times.WidestGap()
	slices.SortFunc(b.order, func(x, y *row) int {
		if c := cmp.Compare(x.due.class, y.due.class); c != 0 {
			return c
		}
		xs, ys := x.due.seconds, y.due.seconds
		if x.due.class == undated {
			xs, ys = (xs-cut+day)%day, (ys-cut+day)%day
		}
		if c := cmp.Compare(xs, ys); c != 0 {
			return c
		}
		if c := cmp.Compare(x.Number, y.Number); c != 0 {
			return c
		}
		return cmp.Compare(x.Key(), y.Key())
	})
}

// compact drops the removed rows.
func (b *Board) compact() {
	b.order = slices.DeleteFunc(b.order, func(r *row) bool { return r.due.gone })
	b.left = 0
}
