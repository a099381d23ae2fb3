package timetable

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestApply(t *testing.T) {
	rome := "I768 origin=Rome arrival=10:10 state=expected"
	whole := fly(rome)
	renamed := saying(KindUpdate, Flight{Number: "Y2", ID: "X1"})
	nameless := saying(KindUpdate, Flight{ID: "L1", State: "landed"}, FieldNumber)
	tests := []struct {
		reason string
		before []Change
		change Change
		want   []Flight
		delta  Delta
	}{
		{"a flight enters", nil, add(rome), []Flight{whole}, Delta{Entered: 1}},
		{"a flight that is there is replaced as a whole: what is not said is emptied", []Change{add(rome)},
			add("I768 arrival=10:10 gate=B7"),
			[]Flight{fly("I768 arrival=10:10 gate=B7")},
			Delta{Altered: 1, Fields: FieldOrigin.Bit() | FieldState.Bit() | FieldGate.Bit()}},
		{"a flight without identity cannot be told from others, so it does not enter", nil, add(" state=landed"), nil,
			Delta{}},
		{"an update alters the fields that it names and no others", []Change{add(rome)}, update("I768 state=landing"),
			[]Flight{fly("I768 origin=Rome arrival=10:10 state=landing")}, Delta{Altered: 1, Fields: FieldState.Bit()}},
		{"a field that is named and empty is emptied", []Change{add(rome)},
			saying(KindUpdate, Flight{Number: "I768"}, FieldState),
			[]Flight{fly("I768 origin=Rome arrival=10:10")}, Delta{Altered: 1, Fields: FieldState.Bit()}},
		{"a text that is not named says nothing", []Change{add(rome)},
			Change{Kind: KindUpdate, Flight: fly("I768 state=landing")},
			[]Flight{whole}, Delta{}},
		{"an update without news is nothing", []Change{add(rome)}, update("I768 state=expected"), []Flight{whole}, Delta{}},
		{"an update of an unknown flight is ignored: it may have left", []Change{add(rome)}, update("A123 state=landed"),
			[]Flight{whole}, Delta{}},
		{"an update's number can be the ID of the flight; it does not become its number", []Change{add("I768 id=L1")},
			update("L1 state=landed"),
			[]Flight{fly("I768 id=L1 state=landed")}, Delta{Altered: 1, Fields: FieldState.Bit()}},
		{"even when the update names every field", []Change{add("I768 id=L1")},
			Change{Kind: KindUpdate, Flight: fly("L1 state=landed"), Named: allFields},
			[]Flight{fly("I768 id=L1 state=landed")}, Delta{Altered: 1, Fields: FieldState.Bit()}},
		{"with an ID the number is news", []Change{add("I768 id=L1")}, update("I769 id=L1"),
			[]Flight{fly("I769 id=L1")}, Delta{Altered: 1, Fields: FieldNumber.Bit()}},
		{"a flight that was known by its number keeps that as its ID when it gets another number", []Change{add("X1")},
			renamed,
			[]Flight{fly("Y2 id=X1")}, Delta{Altered: 1, Fields: FieldNumber.Bit() | FieldID.Bit()}},
		{"also when the update does not name the ID, or the flight could not be found again", []Change{add("X1")},
			Change{Kind: KindUpdate, Flight: renamed.Flight, Named: FieldNumber.Bit()},
			[]Flight{fly("Y2 id=X1")}, Delta{Altered: 1, Fields: FieldNumber.Bit() | FieldID.Bit()}},
		{"no update takes the number away", []Change{add("I768 id=L1")}, nameless,
			[]Flight{fly("I768 id=L1 state=landed")}, Delta{Altered: 1, Fields: FieldState.Bit()}},
		{"fields that do not exist are not looked for", []Change{add(rome)},
			Change{Kind: KindUpdate, Flight: fly("I768 overridden=gate"), Named: 1 << 31},
			[]Flight{whole}, Delta{}},
		{"a flight leaves", []Change{add(rome)}, remove("I768"), nil, Delta{Left: 1}},
		{"a flight that has left cannot leave", []Change{add(rome), remove("I768")}, remove("I768"), nil, Delta{}},
		{"a flight with an ID does not leave under its number, which another may share", []Change{add("I768 id=L1")},
			remove("I768"),
			[]Flight{fly("I768 id=L1")}, Delta{}},
		{"the same number twice on one day is two rows", []Change{add("I768 id=L1 arrival=10:10")},
			add("I768 id=L2 arrival=11:10"),
			[]Flight{fly("I768 id=L1 arrival=10:10"), fly("I768 id=L2 arrival=11:10")}, Delta{Entered: 1}},
		{"a flight that has left may come again, and nothing of the first time is left", []Change{add(rome), remove("I768")},
			add("I768 gate=B7"),
			[]Flight{fly("I768 gate=B7")}, Delta{Entered: 1}},
		{"a put adds a flight that is unknown", nil, put(rome), []Flight{whole}, Delta{Entered: 1}},
		{"a put updates a flight that is known", []Change{add(rome)}, put("I768 state=landing"),
			[]Flight{fly("I768 origin=Rome arrival=10:10 state=landing")}, Delta{Altered: 1, Fields: FieldState.Bit()}},
		{"a snapshot replaces the board, and says what differs from it",
			[]Change{add(rome), add("A123 arrival=08:15"), add("G119 arrival=10:35")},
			replace("A123 arrival=08:15 gate=1", "I768 arrival=10:10 origin=Rome state=expected", "U213 arrival=09:05"),
			[]Flight{fly("A123 arrival=08:15 gate=1"), fly("U213 arrival=09:05"), whole},
			Delta{Entered: 1, Left: 1, Altered: 1, Fields: FieldGate.Bit()}},
		{"an empty snapshot empties the board", []Change{add(rome)}, replace(), nil, Delta{Left: 1}},
		{"of two flights with the same key the first counts: the second would be news each time", nil,
			replace("A123 state=landed", "A123 state=delayed"),
			[]Flight{fly("A123 state=landed")}, Delta{Entered: 1}},
		{"also when the flight was there before", []Change{add("A123 state=delayed")},
			replace("A123 state=landed", "A123 state=delayed"),
			[]Flight{fly("A123 state=landed")}, Delta{Altered: 1, Fields: FieldState.Bit()}},
		{"flights without identity are left out of a snapshot", nil, replace("", "A123"), []Flight{fly("A123")},
			Delta{Entered: 1}},
		{"a kind that does not exist can do no worse than an update", []Change{add(rome)},
			Change{Kind: 77, Flight: fly("A123 state=landed")}, []Flight{whole}, Delta{}},
	}
	for _, test := range tests {
		t.Run(test.reason, func(t *testing.T) {
			var b Board
			m := model{}
			for _, c := range append(test.before, Change{}) {
				b.Apply(&c)
				m.apply(&c)
			}
			if got := b.Apply(&test.change); got != test.delta {
				t.Errorf("Apply = %+v, want %+v", got, test.delta)
			}
			m.apply(&test.change)
			checkBoard(t, m, &b)
			if got := b.Apply(&test.change); got != (Delta{}) {
				t.Errorf("Apply of the same change again = %+v, want nothing", got)
			}
			want := Change{Kind: KindReplace, Board: append([]Flight{}, test.want...)}
			if diff := cmp.Diff(want, b.Snapshot()); diff != "" {
				t.Errorf("the board (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEmptyBoard(t *testing.T) {
	var b Board
	if b.Len() != 0 || b.Has(FieldNumber) || b.Flight("") != nil || b.Flight("I768") != nil {
		t.Errorf("the zero board is not empty: %d flights, %+v", b.Len(), b.Flight("I768"))
	}
	for f := range b.Flights() {
		t.Errorf("the zero board has %+v", f)
	}
	c := b.Snapshot()
	if got := string(c.AppendJSON(nil)); got != "[]" {
		t.Errorf("the zero board's snapshot is %s, want []", got)
	}
}

// A reader of the first rows only must not harm the board.
func TestFlightsStopsWhenAskedTo(t *testing.T) {
	var b Board
	c := replace("A123 arrival=08:15", "D654 arrival=08:45", "U213 arrival=09:05")
	b.Apply(&c)
	var got []string
	for f := range b.Flights() {
		if got = append(got, f.Number); len(got) == 2 {
			break
		}
	}
	if diff := cmp.Diff([]string{"A123", "D654"}, got); diff != "" {
		t.Errorf("the first two flights (-want +got):\n%s", diff)
	}
	if got := b.Snapshot().Board; len(got) != 3 {
		t.Errorf("then the board has %d flights, want 3", len(got))
	}
}

// A snapshot is a copy: what happens to the board afterwards does not show in it.
func TestSnapshotIsACopy(t *testing.T) {
	var b Board
	for _, c := range []Change{add("A123 state=expected"), add("D654")} {
		b.Apply(&c)
	}
	snapshot := b.Snapshot()
	for _, c := range []Change{update("A123 state=landed"), remove("D654")} {
		b.Apply(&c)
	}
	if diff := cmp.Diff(replace("A123 state=expected", "D654"), snapshot); diff != "" {
		t.Errorf("the snapshot after later changes (-want +got):\n%s", diff)
	}
}

// Rows that have left are dropped from the order at the latest when they are more than those that are there, so that a
// board that is never read does not grow.
func TestUnreadBoardDoesNotGrow(t *testing.T) {
	var b Board
	for range 10 {
		for _, c := range []Change{add("A123"), add("D654"), remove("A123"), remove("D654")} {
			b.Apply(&c)
			if len(b.order) > 2*(b.Len()+1)+1 {
				t.Fatalf("the order has %d rows, of which %d are on the board", len(b.order), b.Len())
			}
		}
	}
}
