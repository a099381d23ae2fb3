package view

import "slices"

// A longestRun finds the rows that can stay where they are while the others move around them: a longest increasing
// subsequence of the rows' old places, in the new order. All other rows have to move, so no fewer moves are possible.
type longestRun struct {
	ends []int // ends[n] is the row, by its new place, that ends the lowest rising run of n+1 rows
	prev []int // the row before each row in its run; -1: none
	stay []bool
}

// keep chooses among the rows. It takes n log n steps: each row ends the longest run that it can continue, which is
// found by bisection, because the old places in ends rise.
func (l *longestRun) find(rows []*row) {
	l.ends = l.ends[:0]
	l.prev = slices.Grow(l.prev[:0], len(rows))[:len(rows)]
	l.stay = slices.Grow(l.stay[:0], len(rows))[:len(rows)]
	clear(l.stay)
	for i, r := range rows {
		if r.old < 0 {
			continue
		}
		n := len(l.ends)
		if n > 0 && rows[l.ends[n-1]].old > r.old {
			n, _ = slices.BinarySearchFunc(l.ends, r.old, func(end, old int) int { return rows[end].old - old })
		}
		l.prev[i] = -1
		if n > 0 {
			l.prev[i] = l.ends[n-1]
		}
		if n == len(l.ends) {
			l.ends = append(l.ends, i)
		} else {
			l.ends[n] = i
		}
	}
	if len(l.ends) == 0 {
		return
	}
	for i := l.ends[len(l.ends)-1]; i >= 0; i = l.prev[i] {
		l.stay[i] = true
	}
}

func (l *longestRun) has(i int) bool { return l.stay[i] }
