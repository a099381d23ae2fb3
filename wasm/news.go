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

// put applies the change that was decoded.
func (n *news) put(b *timetable.Board) (changed bool) {
	whole := n.change.Kind == timetable.Replace
	changed = n.add(b.Apply(&n.change), whole)
	if whole {
		n.change = timetable.Change{} // it is large and rare, so its memory is not kept
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
		changed, n.known = !n.known, true
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
	if kind == timetable.Replace {
		d, err := b.Read(data)
		return n.add(d, err == nil), err
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
