package poll

import (
	"fmt"
	"time"

	"flightboard/timetable"
)

// An item is a report that is to be published, with the leg that it is about.
type item struct {
	*leg
	row *row // nil: a removal
	timetable.Report
}

// whole returns the report of a row as a whole, as of a moment.
func (g *leg) whole(r *row, at time.Time) item {
	f := r.flight
	g.identify(&f)
	change := timetable.Change{Kind: timetable.KindPut, Flight: f, Named: f.Filled()}
	return item{g, r, timetable.Report{Change: change, Stamp: at.UnixMicro(), Times: r.times}}
}

// change returns the report of what differs between the row and the one before; ok is false if nothing does. A value
// that the source has no longer is cleared, and an actual time is withdrawn.
func (g *leg) change(r *row, at time.Time) (i item, ok bool) {
	if g.adopted { // what the source has said is not known: the board may have another's values
		i = g.whole(r, at)
		i.Named &^= timetable.FieldNumber.Bit()
		for k := range i.Named.All() {
			if r.flight.Text(k) == g.row.flight.Text(k) && k != timetable.FieldState && k != timetable.FieldID {
				i.Named &^= k.Bit()
			}
		}
		i.Kind = timetable.KindUpdate
		i.Flight = timetable.Flight{}.With(&i.Flight, i.Named)
		g.identify(&i.Flight)
		return i, true
	}
	i = item{g, r, timetable.Report{Change: timetable.Change{Kind: timetable.KindUpdate}, Stamp: at.UnixMicro()}}
	var differ timetable.Fields
	for k := range (r.flight.Filled() | g.row.flight.Filled()).All() {
		if r.flight.Text(k) != g.row.flight.Text(k) && (k != timetable.FieldNumber || !g.isNumber) {
			differ |= k.Bit()
		}
	}
	for m, text := range r.times {
		switch was := g.row.times[m]; {
		case text == "" && was != "":
			i.Withdrawn |= 1 << m
		case text != was:
			i.Times[m] = text
		}
	}
	if differ == 0 && i.Withdrawn == 0 && i.Times == (timetable.Times{}) {
		return i, false
	}
	// The word of a state belongs to it, and a state is judged by the times that the source has with it.
	state := timetable.FieldState.Bit() | timetable.FieldWord.Bit()
	// An estimate alone would make a flight expected that the source has as being en route, unless the state is another's.
	estimated := differ.Has(timetable.FieldExpected) && g.shows(r.flight.State)
	if differ&state != 0 || i.Withdrawn != 0 || estimated {
		if differ |= timetable.FieldState.Bit(); r.flight.Word != "" || g.row.flight.Word != "" {
			differ |= timetable.FieldWord.Bit()
		}
		i.Times = r.times
	}
	i.Named = differ
	i.Flight = timetable.Flight{}.With(&r.flight, differ)
	g.identify(&i.Flight)
	return i, true
}

// shows reports whether the board shows the leg in a state.
func (g *leg) shows(state string) bool {
	word := timetable.StateOf(state)
	return state == g.state || word != "" && word == timetable.StateOf(g.state)
}

// removal returns the report that a leg has left. It names the feed, as another feed may have the flight by now.
func (g *leg) removal(name string, at time.Time) item {
	f := timetable.Flight{Feed: name}
	if g.identify(&f); f.Number == "" {
		f.Number, f.ID = g.key, ""
	}
	change := timetable.Change{Kind: timetable.KindRemove, Flight: f}
	return item{leg: g, Report: timetable.Report{Change: change, Stamp: at.UnixMicro()}}
}

// asOf returns the time of a row's news: the source's own, or else the moment of the answer. Each report of a leg is
// newer than the one before.
func (g *leg) asOf(r *row, now time.Time) (at time.Time, err error) {
	at = r.stamp
	switch ahead := at.Sub(now); {
	case at.IsZero():
		at = now
	case ahead > time.Minute:
		err = fmt.Errorf("the row's stamp is %v ahead of the clock, and is taken to be now", ahead.Round(time.Second))
		at = now
	case ahead > 0:
		at = now
	}
	if last := time.UnixMicro(g.stamp + 1); g.stamp != 0 && at.Before(last) {
		at = last
	}
	if at.After(now) {
		at = now
	}
	return at, err
}
