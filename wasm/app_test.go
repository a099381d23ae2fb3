//go:build js && wasm

package main

import (
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hack-pad/safejs"

	"flightboard/timetable"
)

func london() timetable.Flight {
	return timetable.Flight{Number: "A123", Origin: "London", Arrival: "08:15"}
}

func rome() timetable.Flight {
	return timetable.Flight{Number: "I768", Origin: "Rome", Arrival: "10:10", State: "landing"}
}

func TestThePagesRowsAreTakenOver(t *testing.T) {
	s := newStage(t, "events", london(), rome())
	before := s.table()
	s.frame()
	s.open(`[{"flight":"A123","origin":"London","arrival":"08:15"},
		{"flight":"I768","origin":"Rome","arrival":"10:10","state":"landing"}]`)
	if diff := cmp.Diff(before, s.table()); diff != "" {
		t.Errorf("an equal snapshot has changed the table (-before +after):\n%s", diff)
	}
	s.wantURL("events")
	s.wantStatus("live", "Live")
	s.wantErrors()
}

func TestEventsChangeCellsOncePerFrame(t *testing.T) {
	s := newStage(t, "events", london(), rome())
	s.frame()
	s.happen("open", "", "")
	s.frame()
	for _, state := range []string{"Landing", "landed", "on belt", "Landed"} {
		s.happen("flightStateUpdate", `{"flight":"I768","state":"`+state+`"}`, "1")
	}
	s.happen("message", `{"flight":"A123","gate":"B7"}`, "2")
	s.happen("flightAddition", `{"flight":"D654","origin":"Berlin","arrival":"08:45"}`, "3")
	if n := s.frames(); n != 1 {
		t.Errorf("%d frames are awaited after six events, want 1", n)
	}
	if row := s.table().Rows[1]; row.Sign != "landing" {
		t.Errorf("before the frame the row is %+v, want it as it was", row)
	}
	s.frame()
	want := shownTable{
		Head: []string{"origin", "flight", "arrival", "state", "gate"},
		Rows: []shownRow{
			{"A123", "", 1, []string{"origin=London", "flight=A123", "arrival=08:15", "state=", "gate=B7"}, []string{"gate"}},
			{"D654", "", 3, []string{"origin=Berlin", "flight=D654", "arrival=08:45", "state=", "gate="}, []string{}},
			{"I768", "landed", 2, []string{"origin=Rome", "flight=I768", "arrival=10:10", "state=Landed", "gate="},
				[]string{"state"}},
		},
	}
	if diff := cmp.Diff(want, s.table()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if n := s.frames(); n != 0 {
		t.Errorf("%d frames are awaited when nothing is new, want 0", n)
	}

	s.happen("flightChanges", `{"event":"flightStateUpdate","data":{"flight":"A123","gate":null}}`+"\n"+
		`{"event":"flightRemoval","data":{"flight":"D654"}}`, "5")
	s.frame()
	got := s.table()
	if len(got.Head) != 4 || len(got.Rows) != 2 || len(got.Rows[0].Cells) != 4 || got.Rows[0].Born != 1 ||
		got.Rows[1].Born != 2 {
		t.Errorf("after the gate and a row have gone the table is %+v", got)
	}
	s.wantErrors()
}

// A text that a reader has selected stays selected, because it changes inside its node.
func TestTextNodesAreKept(t *testing.T) {
	s := newStage(t, "events", rome())
	node := func(row int) safejs.Value {
		body := s.must1(s.get(safejs.Global(), "document").Call("querySelector", "#flights > tbody"))
		tr := s.must1(s.get(body, "children").Index(row))
		return s.get(s.must1(s.get(tr, "cells").Index(3)), "firstChild")
	}
	s.happen("open", "", "")
	s.happen("flightAddition", `{"flight":"G119","arrival":"11:00","state":"expected"}`, "1")
	s.frame()
	brought, inserted := node(0), node(1)
	for _, state := range []string{"landed", "", "arrived"} {
		s.happen("flightStateUpdate", `{"flight":"I768","state":"`+state+`"}`, "2")
		s.happen("flightStateUpdate", `{"flight":"G119","state":"`+state+`"}`, "3")
		s.frame()
		if !node(0).Equal(brought) || !node(1).Equal(inserted) {
			t.Errorf("the state %q is in another text node", state)
		}
	}
}

func TestAnEventAfterAPauseIsDrawnAtOnce(t *testing.T) {
	s := newStage(t, "events", london())
	s.open(`[{"flight":"A123","origin":"London","arrival":"08:15"}]`)
	s.a.drawing.last = time.Now().Add(-frameTime)
	for i, state := range []string{"landing", "landed"} {
		s.happen("flightStateUpdate", `{"flight":"A123","state":"`+state+`"}`, strconv.Itoa(101+i))
		if got := s.table().Rows[0].Sign; got != "landing" {
			t.Errorf("after %s the row has the sign %q, want landing: the first is drawn at once", state, got)
		}
	}
	s.frame()
	if got := s.table().Rows[0].Sign; got != "landed" {
		t.Errorf("the next frame draws the sign %q, want landed", got)
	}
	s.end()
}

func TestAHiddenPageDrawsNothing(t *testing.T) {
	s := newStage(t, "events", london())
	s.open(`[{"flight":"A123","origin":"London","arrival":"08:15"}]`)
	s.frame()
	s.call("see", "hidden")
	s.happen("flightStateUpdate", `{"flight":"A123","state":"landing"}`, "101")
	s.happen("flightStateUpdate", `{"flight":"A123","state":"landed"}`, "102")
	if n := s.frames(); n != 0 {
		t.Errorf("a hidden page awaits %d frames, want 0", n)
	}
	s.call("see", "visible")
	if n := s.frames(); n != 1 {
		t.Errorf("a page that is seen again awaits %d frames, want 1", n)
	}
	s.frame()
	if got := s.table().Rows[0].Cells[3]; got != "state=landed" {
		t.Errorf("the cell is %q, want state=landed", got)
	}
}
