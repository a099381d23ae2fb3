package view

import "time"

// A Hold records whether the reader is in the table: while they are, rows must not move. The zero value is a reader
// outside of the table.
type Hold struct {
	Pointer   bool // over the table
	Focus     bool // in the table
	Selection bool // in the table
	quiet     bool // neither the pointer nor a key has moved for a while
	active    time.Time
}

// Rest is how long a pointer or a focus that does not move holds the rows, so that a mouse left on the table does not
// stop the board for ever. Selected text holds the rows as long as it is selected.
const Rest = time.Minute

// Held reports whether rows stay where they are.
func (h *Hold) Held() bool { return h.Selection || (h.Pointer || h.Focus) && !h.quiet }

// Move records that the pointer or a key moved in the table.
func (h *Hold) Move(now time.Time) { h.active, h.quiet = now, false }

// Tick ends the hold of a pointer or focus that has not moved for Rest. It returns how long to wait for the next tick;
// 0: none is needed.
func (h *Hold) Tick(now time.Time) time.Duration {
	if h.quiet || !h.Pointer && !h.Focus {
		return 0
	}
	left := Rest - now.Sub(h.active)
	h.quiet = left <= 0
	return max(left, 0)
}
