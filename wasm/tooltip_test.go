//go:build js && wasm

package main

import (
	"strconv"
	"testing"

	"github.com/hack-pad/safejs"
)

// A flight's tooltip is at the cell of its state, where the Tab key stops while there is one.
func TestATooltipIsAtTheCellOfTheState(t *testing.T) {
	s := newStage(t, "events", london())
	s.open(`[{"flight":"A123","origin":"London","arrival":"08:15","state":"landed",
		"word":"Gelandet","feed":"jfk","overridden":["state"]}]`)
	want := func(title, byHand string, stop int) {
		t.Helper()
		row := s.must1(s.get(safejs.Global(), "document").Call("querySelector", `#flights tbody tr[data-flight="A123"]`))
		td := s.must1(s.get(row, "cells").Index(3))
		got := s.string(s.get(td, "title")) + ", " + s.string(s.must1(row.Call("getAttribute", "data-by-hand")))
		at, err := s.get(td, "tabIndex").Int()
		s.must(err)
		if want := title + ", " + byHand; got != want || at != stop {
			t.Errorf("the tooltip is %s, %d, want %s, %d", got, at, want, stop)
		}
	}
	want("in the feed “Gelandet”, from jfk, by hand: State", "state", 0)
	for i, change := range []string{`"word":null`, `"feed":null`, `"overridden":null`} {
		s.happen("flightStateUpdate", `{"flight":"A123",`+change+`}`, strconv.Itoa(101+i))
	}
	s.frame()
	want("", "", -1)
	s.wantErrors()
}
