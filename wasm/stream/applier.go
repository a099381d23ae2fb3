//go:build js && wasm

package main

import (
	"strings"

	"flightboard/timetable"
)

// A news applies the data of events to a board. It keeps what it decodes into, so that it allocates nothing.
type news struct {
	change  timetable.Change
	changes []timetable.Change // the first of a flightChanges event
	sum     timetable.Delta    // what they amount to, since it was taken
	known   bool               // there has been a snapshot
	about   bool               // the event is about the board: a snapshot, or a change of a flight that is on it
}

// atHand is how many changes of an event are kept between its check and its application. More are decoded twice, which
// is rare, and needs no memory.
const atHand = 1024

// take returns what has changed since it was called last.
func (n *news) take() timetable.Delta {
	sum := n.sum
	n.sum = timetable.Delta{}
	return sum
}

// put applies a change that was decoded.
func (n *news) put(c *timetable.Change, b *timetable.Board) (changed bool) {
	whole := c.Kind == timetable.Replace
	changed = n.add(b.Apply(c), whole)
	n.about = n.about || changed || b.Flight(c.Flight.Key()) != nil
	if whole {
		*c = timetable.Change{} // it is large and rare, so its memory is not kept
	}
	return changed
}

// add adds a difference to the sum. It is whole when it is what a snapshot has made.
func (n *news) add(d timetable.Delta, whole bool) (changed bool) {
	n.sum.Entered += d.Entered
	n.sum.Left += d.Left
	n.sum.Altered += d.Altered
	n.sum.Fields |= d.Fields
	if whole {
		changed, n.known, n.about = !n.known, true, true
	}
	return changed || d != timetable.Delta{}
}

// apply changes the board as the event says, wholly or, if it returns an error, not at all.
func (n *news) apply(eventType, data string, b *timetable.Board) (changed bool, err error) {
	n.about = false
	if eventType == "flightChanges" {
		return n.applyAll(data, b)
	}
	kind, ok := timetable.KindOf(eventType)
	if !ok {
		return false, nil // an event for others
	}
	if kind == timetable.Replace {
		d, err := b.Read(data)
		return n.add(d, err == nil), err
	}
	if err := n.change.Decode(kind, data); err != nil {
		return false, err
	}
	return n.put(&n.change, b), nil
}

// applyAll reads a change per line.
func (n *news) applyAll(data string, b *timetable.Board) (changed bool, err error) {
	count := 0
	for line := range strings.SplitSeq(data, "\n") {
		if count == len(n.changes) && count < atHand {
			n.changes = append(n.changes, timetable.Change{})
		}
		c := &n.change
		if count < len(n.changes) {
			c = &n.changes[count]
		}
		if err := c.DecodeLine(line); err != nil {
			return false, err
		}
		count++
	}
	applied := 0
	for line := range strings.SplitSeq(data, "\n") {
		c := &n.change
		if applied < len(n.changes) {
			c = &n.changes[applied]
		} else {
			c.DecodeLine(line) // for the second time, so without an error
		}
		applied++
		if n.put(c, b) {
			changed = true
		}
	}
	return changed, nil
}
