package view

import "slices"

// An order finds the rows that can stay where they are while the others move around them: a longest run of rows,
// from the top of the new order, whose old places rise too. All others have to move, so moving them is the least.
type order struct {
	ends []int // ends[n] is the row, by its new place, that ends the lowest rising run of n+1 rows
	prev []int // the row before each row in its run; -1: none
	stay []bool
}

// keep chooses among the rows. It takes n log n steps: each row ends the longest run that it can continue, which is
// found by bisection, because the old places in ends rise.
func (o *order) keep(rows []*row) {
	o.ends = o.ends[:0]
	o.prev = slices.Grow(o.prev[:0], len(rows))[:len(rows)]
	o.stay = slices.Grow(o.stay[:0], len(rows))[:len(rows)]
	clear(o.stay)
	for i, r := range rows {
		if r.old < 0 {
			continue
		}
		n := len(o.ends)
		if n > 0 && rows[o.ends[n-1]].old > r.old {
			n, _ = slices.BinarySearchFunc(o.ends, r.old, func(end, old int) int { return rows[end].old - old })
		}
		o.prev[i] = -1
		if n > 0 {
			o.prev[i] = o.ends[n-1]
		}
		if n == len(o.ends) {
			o.ends = append(o.ends, i)
		} else {
			o.ends[n] = i
		}
	}
	if len(o.ends) == 0 {
		return
	}
	for i := o.ends[len(o.ends)-1]; i >= 0; i = o.prev[i] {
		o.stay[i] = true
	}
}

func (o *order) stays(i int) bool { return o.stay[i] }
