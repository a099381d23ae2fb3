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
	return b.Apply(&n.change) != timetable.Delta{}, nil
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
		if b.Apply(&n.changes[i]) != (timetable.Delta{}) {
			changed = true
		}
	}
	return changed, nil
}
