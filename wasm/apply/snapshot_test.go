package apply

import (
	"testing"

	"flightboard/timetable"
)

// Boot.js makes JSON of this form for other tabs.
func TestSnapshot(t *testing.T) {
	var b timetable.Board
	a := New(&b)
	if got := a.Snapshot(); got != "" {
		t.Errorf("an empty board is %q", got)
	}
	const board = `[{"flight":"A1","codeshares":["B2","C3"],"remark":"ß"},{"flight":"D4"}]`
	if _, _, err := a.Apply("flightSnapshot", board); err != nil {
		t.Fatal(err)
	}
	const want = "flight\x1fA1\x1fcodeshares\x1fB2\nC3\x1fremark\x1fß\x1f\x1fflight\x1fD4\x1f\x1f"
	if got := a.Snapshot(); got != want {
		t.Errorf("the board is %q, want %q", got, want)
	}
	if n := testing.AllocsPerRun(10, func() { a.Snapshot() }); n != 1 {
		t.Errorf("it takes %v allocations, want that of the result alone", n)
	}
}
