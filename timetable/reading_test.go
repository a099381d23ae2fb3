package timetable

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A snapshot that is read in portions makes the same board and the same difference as one that is read at once; one
// that is wrong, in its last flight even, changes nothing.
func TestASnapshotIsReadInPortions(t *testing.T) {
	before := &Change{Kind: KindReplace}
	var flights []string
	for i := range 100 {
		before.Board = append(before.Board, Flight{Number: fmt.Sprintf("F%d", i*2), Origin: "Rome"})
		flights = append(flights, fmt.Sprintf(`{"flight":"F%d","origin":"Oslo"}`, i))
	}
	whole := "[" + strings.Join(flights, ",") + "]"
	for _, snapshot := range []string{whole, "[]", strings.TrimSuffix(whole, "}]") + `,"gate":7}]`, whole + "!"} {
		var one Board
		one.Apply(before)
		wantDelta, wantErr := one.Read(snapshot)
		for _, n := range []int{1, 7, 99, 100, 101, 1000} {
			var board Board
			board.Apply(before)
			reading := NewReading(&board, snapshot)
			d, more, err := reading.Next(n)
			for more {
				d, more, err = reading.Next(n)
			}
			if diff := cmp.Diff(one.Snapshot(), board.Snapshot()); diff != "" {
				t.Errorf("%d at a time (-whole +portions):\n%s", n, diff)
			}
			if d != wantDelta || (err == nil) != (wantErr == nil) {
				t.Errorf("%d at a time: %+v, %v, want %+v, %v", n, d, err, wantDelta, wantErr)
			}
		}
	}
}
