package poll

import (
	"maps"
	"slices"
	"time"

	"flightboard/timetable"
)

// read looks which legs are on the board, and which other flights there may be the feed's: those with its name, or
// without any. Another publisher may report a flight before the source has it, and the feed itself may have published
// it before a restart.
func (l *legs) read() {
	l.others = nil
	if l.options.Board == nil {
		return
	}
	for _, g := range l.byKey {
		g.onBoard = false
	}
	for f := range l.options.Board {
		if g := l.byKey[f.Key()]; g != nil {
			g.onBoard, g.state = true, f.State
		} else if f.Feed == l.name || f.Feed == "" {
			l.others = append(l.others, l.legOf(f))
		}
	}
	for _, g := range l.byKey {
		if g.onBoard {
			g.put, g.left = true, false
		} else if g.put {
			g.left = true
		}
	}
}

// legOf returns the leg of a flight on the board.
func (l *legs) legOf(f timetable.Flight) *leg {
	g := &leg{key: f.Key(), isNumber: f.ID == "", adopted: true, put: true, onBoard: true}
	g.ours = f.Feed == l.name && l.name != "" || isKey(&f)
	g.row = &row{flight: f}
	at := func(k timetable.Field) (at time.Time) {
		if t, ok := f.Time(k); ok && t.Dated {
			if at = time.Unix(t.Seconds, 0).In(time.FixedZone("", int(t.East))); l.about.Zone != nil {
				at = at.In(l.about.Zone)
			}
		}
		return at
	}
	g.row.arrival.At, g.row.expected.At = at(timetable.FieldArrival), at(timetable.FieldExpected)
	if !g.isNumber && !isKey(&f) {
		g.row.id = f.ID
	}
	own := &g.row.flight
	own.ID, own.Feed, own.Dated, own.Overridden = "", "", "", ""
	return g
}

// known returns the legs that rows may be of, in a fixed order.
func (l *legs) known() (known []*leg) {
	for _, key := range slices.Sorted(maps.Keys(l.byKey)) {
		known = append(known, l.byKey[key])
	}
	return append(known, l.others...)
}

// adopt takes over the flights on the board that the feed has published before a restart, or that the answer has.
func (l *legs) adopt(is map[*row]*leg) {
	matched := make(map[*leg]bool, len(is))
	for _, g := range is {
		matched[g] = true
	}
	for _, g := range l.others {
		if matched[g] && !g.isNumber {
			g.ours = true
		}
		if matched[g] || g.ours {
			l.byKey[g.key] = g
			g.rejected = l.rejected
			l.resumed = l.resumed || !l.began
		}
	}
	l.began = true
}
