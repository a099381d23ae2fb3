package view

import "time"

// A Hold knows whether the reader is in the table, where rows must not move under them. The zero value holds nothing.
type Hold struct {
	Pointer   bool // over the table
	Focus     bool // in the table
	Selection bool // in the table
	quiet     bool // neither the pointer nor a key has moved for a while
	active    time.Time
}

// Rest is how long a pointer or a focus holds the rows without moving. A mouse that was left on the table must not
// stop the board for good. Selected text holds the rows as long as it is selected.
const Rest = time.Minute

// Held reports whether rows stay where they are.
func (h *Hold) Held() bool { return h.Selection || (h.Pointer || h.Focus) && !h.quiet }

// Move records that the pointer or a key moved in the table.
func (h *Hold) Move(now time.Time) { h.active, h.quiet = now, false }

// Tick ends the hold after a rest. It returns how long to wait for the next tick; 0: none is needed.
func (h *Hold) Tick(now time.Time) time.Duration {
	if h.quiet || !h.Pointer && !h.Focus {
		return 0
	}
	left := Rest - now.Sub(h.active)
	h.quiet = left <= 0
	return max(left, 0)
}
