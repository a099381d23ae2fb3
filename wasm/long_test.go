//go:build js && wasm

package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hack-pad/safejs"

	"flightboard/timetable"
	"flightboard/timetable/view"
	"flightboard/wasm/apply"
)

// groups returns the keys of the rows of each tbody, except rows that fade.
func (s *stage) groups() (groups [][]string) {
	s.t.Helper()
	bodies := s.get(s.must1(s.get(safejs.Global(), "document").Call("querySelector", "#flights")), "tBodies")
	n, err := bodies.Length()
	s.must(err)
	for i := range n {
		rows := s.get(s.must1(bodies.Index(i)), "children")
		n, err := rows.Length()
		s.must(err)
		var keys []string
		if n == 0 {
			s.t.Errorf("tbody %d is empty", i)
		}
		for i := range n {
			if key := s.must1(s.must1(rows.Index(i)).Call("getAttribute", "data-flight")); !key.IsNull() {
				keys = append(keys, s.string(key))
			}
		}
		if len(keys) > 0 {
			groups = append(groups, keys)
		}
	}
	return groups
}

// drawAll draws until nothing is left, and compares the rows of all tbodies with those that the sheet wants.
func (s *stage) drawAll(what string) (groups [][]string) {
	s.t.Helper()
	for n := 0; n == 0 || s.a.drawing.sheet.More(); n++ {
		s.frame()
		if n > 100 {
			s.t.Fatalf("%s: after %d frames something is left", what, n)
		}
	}
	groups = s.groups()
	for i, group := range groups {
		if len(group) > 100 {
			s.t.Errorf("%s: tbody %d of %d has %d rows", what, i, len(groups), len(group))
		}
	}
	got := slices.Concat(groups...)
	if len(got) != s.a.drawing.sheet.Len() {
		s.t.Errorf("%s: there are %d rows, want %d", what, len(got), s.a.drawing.sheet.Len())
	}
	if !slices.IsSorted(got) {
		s.t.Errorf("%s: the rows are %v", what, got)
	}
	return groups
}

// A table of many rows has a tbody for some fifty of them, whatever comes and goes, and the rows are in their order.
func TestALongTableHasSeveralBodies(t *testing.T) {
	s := newStage(t, "events")
	var flights []string
	for i := range 600 {
		flights = append(flights, fmt.Sprintf(`{"flight":"F%03d","arrival":"%02d:%02d","origin":"%03d"}`,
			i, i/60, i%60, 599-i))
	}
	s.open("[" + strings.Join(flights, ",") + "]")
	if n := len(s.groups()); n != 1 {
		t.Errorf("a page of 20 rows has %d bodies", n)
	}
	s.a.drawing.sheet.Ask(view.Query{Size: view.All})
	s.a.drawing.Redraw()
	if n := len(s.drawAll("all rows")); n < 6 {
		t.Errorf("a page of 600 rows has %d bodies", n)
	}
	for i := range 300 {
		s.happen("flightRemoval", fmt.Sprintf(`{"flight":"F%03d"}`, i*2), "101")
	}
	s.drawAll("half of the rows")
	for i := range 300 {
		s.happen("flightAddition", flights[i*2], "102")
	}
	s.drawAll("all rows again")
	s.a.drawing.sheet.Ask(view.Query{Size: view.All, Sort: []view.Key{{Column: timetable.FieldOrigin}}})
	s.a.drawing.Redraw()
	s.frame()
	if got := slices.Concat(s.groups()...); got[0] != "F599" || got[599] != "F000" {
		t.Errorf("sorted, the first row is %s and the last %s", got[0], got[599])
	}
	s.a.drawing.sheet.Ask(view.Query{Size: view.All})
	s.a.drawing.Redraw()
	s.drawAll("sorted back")
	s.a.drawing.sheet.Ask(view.Query{})
	s.a.drawing.Redraw()
	if n := len(s.drawAll("20 rows")); n != 1 {
		t.Errorf("a page of 20 rows has %d bodies", n)
	}
	s.wantErrors()
}

// A long snapshot is applied in portions, so that the page answers meanwhile. What comes after it waits, and what
// happens to the connection comes after both.
func TestALongSnapshotIsAppliedInPortions(t *testing.T) {
	s := newStage(t, "events")
	var flights []string
	for i := 0; i*100 < apply.Long; i++ {
		flights = append(flights, fmt.Sprintf(`{"flight":"F%d","arrival":"10:00","remark":%q}`,
			i, strings.Repeat("x", 60)))
	}
	s.happen("open", "", "")
	s.happen("flightSnapshot", "["+strings.Join(flights, ",")+"]", "100")
	s.happen("flightRemoval", `{"flight":"F7"}`, "101")
	if n := s.a.board.Len(); n != 0 {
		t.Errorf("in the task of the event %d flights are applied", n)
	}
	s.frame()
	s.fail(0)
	if n := s.a.board.Len(); n != len(flights)-1 || s.a.board.Flight("F7") != nil {
		t.Errorf("the board has %d flights, want %d", n, len(flights)-1)
	}
	s.frame()
	if n := len(s.table().Rows); n != view.DefaultSize {
		t.Errorf("%d rows are drawn", n)
	}
	s.wantErrors()
}
