package apply

import (
	"strconv"
	"strings"
	"testing"

	"flightboard/timetable"
)

func newBoard() *timetable.Board {
	b := new(timetable.Board)
	b.Apply(&timetable.Change{Kind: timetable.KindReplace, Board: []timetable.Flight{{Number: "A123", State: "expected"}}})
	return b
}

func TestApplyTellsWhatAnEventDoesToTheBoard(t *testing.T) {
	for _, test := range []struct {
		reason, eventType, data string
		changed, about, known   bool
		failed                  bool
	}{
		{"another state", "flightStateUpdate", `{"flight":"A123","state":"landed"}`, true, true, false, false},
		{"the same state", "message", `{"flight":"A123","state":"expected"}`, false, true, false, false},
		{"a flight that is not there", "flightStateUpdate", `{"flight":"XX9","state":"landed"}`, false, false, false, false},
		{"a new flight", "flightAddition", `{"flight":"XX9"}`, true, true, false, false},
		{"a snapshot of the same", "flightSnapshot", `[{"flight":"A123","state":"expected"}]`, true, true, true, false},
		{"two changes", "flightChanges", `{"flight":"XX9"}` + "\n" + `{"flight":"A123","state":"landed"}`,
			true, true, false, false},
		{"two changes, the second cut short", "flightChanges", `{"flight":"A123","state":"landed"}` + "\n{",
			false, false, false, true},
		{"a change cut short", "flightStateUpdate", `{"flight":"A123"`, false, false, false, true},
		{"a snapshot cut short", "flightSnapshot", `[{"flight":"B2"}`, false, false, false, true},
		{"an event for others", "weather", `{"flight":"A123","state":"landed"}`, false, false, false, false},
	} {
		b := newBoard()
		a := New(b)
		changed, about, err := a.Apply(test.eventType, test.data)
		if changed != test.changed || about != test.about || a.Known() != test.known || (err != nil) != test.failed {
			t.Errorf("%s: changed %v, about the board %v, known %v, %v", test.reason, changed, about, a.Known(), err)
		}
		if test.failed && (b.Len() != 1 || b.Flight("A123").State != "expected" || a.Take() != timetable.Delta{}) {
			t.Errorf("%s: the event failed and has changed the board", test.reason)
		}
	}
}

// An event of more changes than are kept decoded is applied wholly or not at all, as any other is.
func TestAnEventOfManyChangesIsAppliedAsAWhole(t *testing.T) {
	b := newBoard()
	a := New(b)
	var lines []string
	for i := range kept + 3 {
		lines = append(lines, `{"flight":"A123","state":"`+strconv.Itoa(i)+`"}`)
	}
	if _, _, err := a.Apply("flightChanges", strings.Join(lines, "\n")); err != nil {
		t.Fatal(err)
	}
	if got, want := b.Flight("A123").State, strconv.Itoa(kept+2); got != want {
		t.Errorf("the state is %s, want %s", got, want)
	}
	if d := a.Take(); d.Altered == 0 || !d.Fields.Has(timetable.FieldState) {
		t.Errorf("the changes amount to %+v", d)
	}
	if _, _, err := a.Apply("flightChanges", strings.Join(lines[:kept+1], "\n")+"\n{"); err == nil {
		t.Error("a bad line at the end is no error")
	}
	if got, want := b.Flight("A123").State, strconv.Itoa(kept+2); got != want {
		t.Errorf("a bad line at the end: the state is %s, want %s", got, want)
	}
}

func TestAChangeOfAFlightAllocatesNothing(t *testing.T) {
	a := New(newBoard())
	data := [...]string{`{"flight":"A123","state":"landing"}`, `{"flight":"A123","state":"landed"}`}
	i := 0
	if n := testing.AllocsPerRun(100, func() { i++; a.Apply("flightStateUpdate", data[i%2]) }); n != 0 {
		t.Errorf("a change allocates %v times, want 0", n)
	}
}
