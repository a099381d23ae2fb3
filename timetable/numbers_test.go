package timetable

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestResolve(t *testing.T) {
	onBoard := []Change{add("LH400 id=L1"), add("A123 id=L2"), add("A123 id=L3"), add("B2"), add("B2 id=L4"),
		add("C3 id=L5"), add("Z9 id=L6")}
	before := []Change{remove("L5"), update("Z8 id=L6"), add("D4 id=L7")}
	for _, test := range []struct {
		reason string
		change Change
		id     string
		err    string
	}{
		{"an update by number", update("LH400 gate=7"), "L1", ""},
		{"a put", put("LH400 gate=7"), "L1", ""},
		{"a removal", remove("LH400"), "L1", ""},
		{"an addition says what the flight is", add("LH400"), "", ""},
		{"a table removes its own rows", remove("LH400 feed=west"), "", ""},
		{"a report with an ID", put("LH400 id=L9"), "L9", ""},
		{"a number that is an identity", put("B2 gate=7"), "", ""},
		{"one that no flight has", put("E5"), "", ""},
		{"one that has left in the same batch", put("C3"), "", ""},
		{"one that has come in the same batch", put("D4"), "L7", ""},
		{"one that was changed in the same batch", put("Z8"), "L6", ""},
		{"one that was changed: the old number", put("Z9"), "", ""},
		{"one of several", remove("A123"), "",
			`flight: 2 flights have the number "A123": want the id of one of them: "L2", "L3"`},
	} {
		var b Board
		for _, c := range onBoard {
			b.Apply(&c)
		}
		below := b.Batch(0)
		merge(t, below, manually(before...)...)
		for name, batch := range map[string]*Batch{"on top of a batch": below.Batch(0), "in the batch": below} {
			r := Report{Change: test.change}
			if err := batch.Resolve(&r); errorText(err) != test.err || r.Flight.ID != test.id {
				t.Errorf("%s, %s: the id %q, %q; want %q, %q", test.reason, name, r.Flight.ID, errorText(err), test.id, test.err)
			}
		}
		below.Commit()
		r := Report{Change: test.change}
		if err := b.Batch(0).Resolve(&r); errorText(err) != test.err || r.Flight.ID != test.id {
			t.Errorf("%s, committed: the id %q, %q; want %q, %q", test.reason, r.Flight.ID, errorText(err), test.id, test.err)
		}
	}
}

// The index of numbers follows every way in which a board changes.
func FuzzNumbers(f *testing.F) {
	f.Add([]byte{})
	for n := range 60 {
		data := make([]byte, 3*n)
		for i := range data {
			data[i] = byte(i*i*7 + n*i)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		script := &script{data}
		var b Board
		for n := 0; len(script.rest) > 0 && n < 64; n++ {
			c := script.change()
			b.Apply(&c)
			for _, number := range identities {
				var want []string
				for f := range b.Flights() {
					if f.ID != "" && f.Number == number {
						want = append(want, f.ID)
					}
				}
				slices.Sort(want)
				if diff := cmp.Diff(want, b.Batch(0).numbered(number)); diff != "" {
					t.Fatalf("after %+v, flights with the number %q (-want +got):\n%s", c, number, diff)
				}
			}
		}
	})
}

// A body of flights without IDs does not look through the board for each.
func BenchmarkResolve(b *testing.B) {
	var board Board
	for n := range 20_000 {
		board.Apply(&Change{Kind: KindAdd, Flight: Flight{Number: fmt.Sprint("A", n), ID: fmt.Sprint("L", n)}})
	}
	batch := board.Batch(0)
	for b.Loop() {
		batch.Resolve(&Report{Change: Change{Kind: KindPut, Flight: Flight{Number: "A77"}}})
	}
}
