//go:build js && wasm

package main

import (
	"strings"

	"flightboard/timetable"
)

// A news applies the data of events to a board. It keeps what it decodes into, so that it allocates nothing.
type news struct {
	change  timetable.Change
	changes []timetable.Change // of a flightChanges event
	sum     timetable.Delta    // what they amount to, since it was taken
	known   bool               // there has been a snapshot
}

// take returns what has changed since it was called last.
func (n *news) take() timetable.Delta {
	sum := n.sum
	n.sum = timetable.Delta{}
	return sum
}

// put applies one change and adds it to the sum.
func (n *news) put(c *timetable.Change, b *timetable.Board) (changed bool) {
	d := b.Apply(c)
	n.sum.Entered += d.Entered
	n.sum.Left += d.Left
	n.sum.Altered += d.Altered
	n.sum.Fields |= d.Fields
	if c.Kind == timetable.Replace && !n.known {
		n.known, changed = true, true
	}
	return changed || d != timetable.Delta{}
}

// apply changes the board as the event says, wholly or, if it returns an error, not at all.
func (n *news) apply(eventType, data string, b *timetable.Board) (changed bool, err error) {
	if eventType == "flightChanges" {
		return n.applyAll(data, b)
	}
	kind, ok := timetable.KindOf(eventType)
	if !ok {
		return false, nil // an event for others
	}
	if err := n.change.Decode(kind, data); err != nil {
		return false, err
	}
	changed = n.put(&n.change, b)
	if kind == timetable.Replace {
		n.change = timetable.Change{} // a snapshot is large and rare, so what it was decoded into is not kept
	}
	return changed, nil
}

// applyAll reads a change per line.
func (n *news) applyAll(data string, b *timetable.Board) (changed bool, err error) {
	count := 0
	for line := range strings.SplitSeq(data, "\n") {
		if count == len(n.changes) {
			n.changes = append(n.changes, timetable.Change{})
		}
		if err := n.changes[count].DecodeLine(line); err != nil {
			return false, err
		}
		count++
	}
	for i := range n.changes[:count] {
		if n.put(&n.changes[i], b) {
			changed = true
		}
	}
	return changed, nil
}
