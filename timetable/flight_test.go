package timetable

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestKey(t *testing.T) {
	tests := []struct{ reason, flight, want string }{
		{"the number, when there is nothing else", "I768", "I768"},
		{"the ID, when there is one: the number may be there twice a day", "I768 id=L1", "L1"},
		{"the ID alone", " id=L1", "L1"},
		{"nothing", "", ""},
	}
	for _, test := range tests {
		t.Run(test.reason, func(t *testing.T) {
			f := fly(test.flight)
			if got := f.Key(); got != test.want {
				t.Errorf("Key() = %q, want %q", got, test.want)
			}
		})
	}
}

// Each field has a name of its own and a text of its own, and all of them are the flight.
func TestFields(t *testing.T) {
	var f Flight
	for k := range fieldCount {
		*f.field(k) = k.String()
		if got, ok := fieldNamed(k.String()); got != k || !ok {
			t.Errorf("fieldNamed(%q) = %d, %t, want %d", k, got, ok, k)
		}
	}
	want := Flight{"flight", "id", "origin", "arrival", "state", "expected", "airline", "from", "terminal", "gate", "belt",
		"codeshares", "remark", "word", "feed", "overridden", "dated"}
	if diff := cmp.Diff(want, f); diff != "" {
		t.Errorf("a flight whose fields hold their names (-want +got):\n%s", diff)
	}
	for k := range fieldCount {
		if got := f.Text(k); got != k.String() {
			t.Errorf("Text(%s) = %q", k, got)
		}
	}
	if k, ok := fieldNamed("Flight"); ok {
		t.Errorf(`fieldNamed("Flight") = %s, want none: names are case-sensitive`, k)
	}
	if f.named() != allFields {
		t.Errorf("named() = %b, want all", f.named())
	}
}

func TestFieldSets(t *testing.T) {
	set := FieldState.Bit() | FieldNumber.Bit() | FieldRemark.Bit()
	if diff := cmp.Diff([]Field{FieldNumber, FieldState, FieldRemark}, slices.Collect(set.All())); diff != "" {
		t.Errorf("All() of a set (-want +got):\n%s", diff)
	}
	for k := range fieldCount {
		if want := k == FieldNumber || k == FieldState || k == FieldRemark; set.Has(k) != want {
			t.Errorf("Has(%s) = %t", k, !want)
		}
	}
	for k := range set.All() {
		if k != FieldNumber {
			t.Errorf("All() begins with %s, want flight", k)
		}
		break
	}
	if got := slices.Collect(Fields(0).All()); got != nil {
		t.Errorf("All() of the empty set = %v", got)
	}
	if got := slices.Collect(Fields(1<<32 - 1).All()); len(got) != int(fieldCount) {
		t.Errorf("All() of more bits than fields yields %v", got)
	}
}

func TestStates(t *testing.T) {
	seen := map[string]bool{}
	for _, state := range States {
		if seen[state] {
			t.Errorf("%q is there twice", state)
		}
		seen[state] = true
		if c := saying(KindUpdate, Flight{Number: "I768", State: state}); c.Validate() != nil {
			t.Errorf("%q: %v", state, c.Validate())
		}
	}
	for _, state := range []string{"expected", "landing", "landed"} { // what the tutorial's clients show
		if !seen[state] {
			t.Errorf("%q is missing", state)
		}
	}
}
