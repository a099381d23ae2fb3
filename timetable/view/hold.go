package view

import "time"

// A Hold says whether the reader is in the table, so that rows had better not move. The zero value holds nothing.
type Hold struct {
	Pointer   bool // over the table
	Focus     bool // in the table
	Selection bool // in the table
	quiet     bool // the pointer and the keys have rested
	active    time.Time
}

// Rest is how long a pointer or a focus holds the rows without moving. Beyond it nobody is there: a mouse that was left on
// a table must not stop the board. Selected text holds for as long as it is selected.
const Rest = time.Minute

// Held says whether rows stay where they are.
func (h *Hold) Held() bool { return h.Selection || (h.Pointer || h.Focus) && !h.quiet }

// Move takes note that the pointer or a key moved in the table.
func (h *Hold) Move(now time.Time) { h.active, h.quiet = now, false }

// Tick lets go after a rest. It returns how long to wait for the next tick; 0: nothing has to be awaited.
func (h *Hold) Tick(now time.Time) time.Duration {
	if h.quiet || !h.Pointer && !h.Focus {
		return 0
	}
	left := Rest - now.Sub(h.active)
	h.quiet = left <= 0
	return max(left, 0)
}
