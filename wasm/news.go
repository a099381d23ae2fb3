//go:build js && wasm

package main

import (
	"strings"

	"flightboard/timetable"
)

// A news applies the data of events to a board. It keeps what it decodes into, so that it allocates nothing.
type news struct {
	change timetable.Change
	sum    timetable.Delta // what they amount to, since it was taken
	known  bool            // there has been a snapshot
}

// take returns what has changed since it was called last.
func (n *news) take() timetable.Delta {
	sum := n.sum
	n.sum = timetable.Delta{}
	return sum
}

// put applies the change that was decoded and adds it to the sum.
func (n *news) put(b *timetable.Board) (changed bool) {
	d := b.Apply(&n.change)
	n.sum.Entered += d.Entered
	n.sum.Left += d.Left
	n.sum.Altered += d.Altered
	n.sum.Fields |= d.Fields
	if n.change.Kind == timetable.Replace {
		changed, n.known = !n.known, true
		n.change = timetable.Change{} // a snapshot is large and rare, so what it was decoded into is not kept
	}
	return changed || d != timetable.Delta{}
}

// apply changes the board as the event says. If it returns an error nothing has been changed, or, of many changes, those
// before the one that cannot be read have.
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
	return n.put(b), nil
}

// applyAll reads a change per line.
func (n *news) applyAll(data string, b *timetable.Board) (changed bool, err error) {
	for line := range strings.SplitSeq(data, "\n") {
		if err := n.change.DecodeLine(line); err != nil {
			return changed, err
		}
		if n.put(b) {
			changed = true
		}
	}
	return changed, nil
}
