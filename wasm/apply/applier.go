// Package apply applies the events of a stream to a board, each wholly or not at all, and sums up their changes until
// these are drawn. It does not depend on connections or JavaScript.
package apply

import (
	"strings"

	"flightboard/timetable"
)

// An Applier applies the data of events to a board. It keeps the memory into which it decodes, so it allocates nothing
// for a change of a flight.
type Applier struct {
	board   *timetable.Board
	change  timetable.Change
	changes []timetable.Change // the first of a flightChanges event
	sum     timetable.Delta    // the changes since Take
	known   bool               // there has been a snapshot
	about   bool               // the event is about the board
	reading *timetable.Reading // of a long snapshot; nil: none is being read
}

// kept is how many changes of an event are kept between its check and its application. Further ones are decoded
// twice, which is rare and needs no memory.
const kept = 1024

// New returns an applier for a board.
func New(b *timetable.Board) *Applier { return &Applier{board: b} }

// Known reports whether a snapshot has been applied. Before that the board only has the page's own rows.
func (a *Applier) Known() bool { return a.known }

// Snapshot returns the board in a form of which JSON is easily made: for each flight the names of its fields and their
// texts, and an empty text; each of these ends with a unit separator (U+001F).
func (a *Applier) Snapshot() string {
	size := 0
	a.each(func(text string) { size += len(text) + 1 })
	var out strings.Builder
	out.Grow(size) // a browser never gets memory back, so nothing is allocated beside it
	a.each(func(text string) {
		out.WriteString(text)
		out.WriteByte('\x1F')
	})
	return out.String()
}

// each calls f for the name and the text of each filled field of a flight, then for an empty text, and so on.
func (a *Applier) each(f func(text string)) {
	for flight := range a.board.Flights() {
		for k := range flight.Filled().All() {
			f(k.String())
			f(flight.Text(k))
		}
		f("")
	}
}

// Take returns the sum of the changes since it was called last.
func (a *Applier) Take() timetable.Delta {
	sum := a.sum
	a.sum = timetable.Delta{}
	return sum
}

// Sum returns how many changes of flights there have been since Take was called last.
func (a *Applier) Sum() int { return a.sum.Entered + a.sum.Left + a.sum.Altered }

// Apply applies an event to the board, wholly or, if it returns an error, not at all. Changed reports whether the
// board has to be drawn again; about, whether the event is a snapshot, or a change of a flight that is on the board.
// Events of unknown types are ignored. The data is not kept.
func (a *Applier) Apply(eventType, data string) (changed, about bool, err error) {
	a.about = false
	switch kind, ok := timetable.KindOf(eventType); {
	case eventType == "flightChanges":
		changed, err = a.applyLines(data)
	case !ok: // an event of another protocol
	case kind == timetable.KindReplace:
		var d timetable.Delta
		d, err = a.board.Read(data)
		changed = a.add(d, err == nil)
	default:
		if err = a.change.Decode(kind, data); err == nil {
			changed = a.apply(&a.change)
		}
	}
	return changed, a.about, err
}

// Long is the length from which on a snapshot is applied in portions: applying it takes a browser a tenth of a second.
const Long = 1 << 20

// portion is how many flights of a long snapshot are read at a time. Each is read twice.
const portion = 2000

// Start begins to apply an event in portions, if it is long; otherwise it returns false, and Apply has to be called.
// The data must stay as it is until the last portion has been applied, and no other event may be applied meanwhile.
func (a *Applier) Start(eventType, data string) bool {
	if kind, ok := timetable.KindOf(eventType); !ok || kind != timetable.KindReplace || len(data) < Long {
		return false
	}
	a.reading = timetable.NewReading(a.board, data)
	return true
}

// Busy reports whether a part of a snapshot has been applied, and another one has not.
func (a *Applier) Busy() bool { return a.reading != nil }

// Continue applies the next portion. More reports whether there are more; if not, the other results are those of Apply.
func (a *Applier) Continue() (more, changed, about bool, err error) {
	d, more, err := a.reading.Next(portion)
	if more {
		return true, false, false, nil
	}
	a.reading, a.about = nil, false
	changed = a.add(d, err == nil)
	return false, changed, a.about, err
}

// applyLines reads a change per line. It decodes all of them before it applies the first.
func (a *Applier) applyLines(data string) (changed bool, err error) {
	count := 0
	for line := range strings.SplitSeq(data, "\n") {
		if count == len(a.changes) && count < kept {
			a.changes = append(a.changes, timetable.Change{})
		}
		c := &a.change
		if count < len(a.changes) {
			c = &a.changes[count]
		}
		if err := c.DecodeLine(line); err != nil {
			return false, err
		}
		count++
	}
	applied := 0
	for line := range strings.SplitSeq(data, "\n") {
		c := &a.change
		if applied < len(a.changes) {
			c = &a.changes[applied]
		} else {
			c.DecodeLine(line) // the second time, so there is no error
		}
		applied++
		if a.apply(c) {
			changed = true
		}
	}
	return changed, nil
}

// apply applies a change that was decoded.
func (a *Applier) apply(c *timetable.Change) (changed bool) {
	whole := c.Kind == timetable.KindReplace
	changed = a.add(a.board.Apply(c), whole)
	a.about = a.about || changed || a.board.Flight(c.Flight.Key()) != nil
	if whole {
		*c = timetable.Change{} // a snapshot is large and rare, so its memory is not kept
	}
	return changed
}

// add adds a difference to the sum; whole reports whether it is a snapshot's.
func (a *Applier) add(d timetable.Delta, whole bool) (changed bool) {
	a.sum.Entered += d.Entered
	a.sum.Left += d.Left
	a.sum.Altered += d.Altered
	a.sum.Fields |= d.Fields
	if whole {
		changed, a.known, a.about = !a.known, true, true
	}
	return changed || d != timetable.Delta{}
}
