//go:build js && wasm

package main

import (
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flightboard/timetable"
	"flightboard/timetable/view"
)

// The document's table equals the board after any events, and a flight that stays keeps its element. That the
// verbs are few is tested natively, in view.
func TestTheTableIsTheBoardWhateverComes(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 0))
		flights := make([]timetable.Flight, seed%4)
		for i := range flights {
			flights[i] = timetable.Flight{Number: "F" + strconv.Itoa(i), Origin: "Rome", Arrival: "10:0" + strconv.Itoa(i)}
			if seed%3 == 0 {
				flights[i].Belt = "1"
			}
		}
		s := newStage(t, "events", flights...)
		s.happen("open", "", "")
		s.frame()
		born := map[string]int{}
		for range 30 {
			left := map[string]bool{}
			for range r.IntN(4) {
				number := "F" + strconv.Itoa(r.IntN(8))
				flight := `{"flight":"` + number + `"`
				switch r.IntN(8) {
				case 0, 1:
					s.happen("flightRemoval", flight+`}`, "1")
					left[number] = true
				case 2, 3, 4:
					s.happen("flightAddition", flight+`,"arrival":"1`+strconv.Itoa(r.IntN(10))+`:00"}`, "1")
				case 5:
					s.happen("flightStateUpdate", flight+`,"gate":"`+[]string{"", "B7"}[r.IntN(2)]+`"}`, "1")
				case 6:
					s.happen("flightStateUpdate", flight+`,"expected":"1`+strconv.Itoa(r.IntN(10))+`:30"}`, "1")
				case 7:
					s.happen("flightStateUpdate", flight+`,"state":"`+[]string{"", "landed", "held"}[r.IntN(3)]+`","remark":"x"}`, "1")
				}
			}
			s.frame()
			got := s.table()
			want := shownTable{Head: []string{}, Rows: []shownRow{}}
			shown := view.Shown(&s.a.board)
			for _, c := range view.Columns {
				if shown.Has(c) {
					want.Head = append(want.Head, c.String())
				}
			}
			for f := range s.a.board.Flights() {
				row := shownRow{Key: f.Key(), Sign: view.Sign(f)}
				for _, c := range view.Columns {
					if shown.Has(c) {
						row.Cells = append(row.Cells, c.String()+"="+view.Text(f, c))
					}
				}
				want.Rows = append(want.Rows, row)
			}
			for i := range got.Rows {
				row := &got.Rows[i]
				if was, ok := born[row.Key]; ok && was != row.Born && !left[row.Key] {
					t.Fatalf("%s has another element now", row.Key)
				}
				born[row.Key] = row.Born
				row.Born, row.Changed = 0, nil
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("seed %d (-board +document):\n%s", seed, diff)
			}
			for key := range born {
				if s.a.board.Flight(key) == nil {
					delete(born, key)
				}
			}
		}
		s.wantErrors()
		s.end()
	}
}

// BenchmarkMessages is what an event costs the program: one change, decoded and applied, drawn once in a hundred.
func BenchmarkMessages(b *testing.B) {
	s := newStage(b, "events", london(), rome())
	s.happen("open", "", "")
	s.frame()
	data := [...]string{`{"flight":"I768","state":"landing"}`, `{"flight":"I768","state":"landed"}`}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		s.a.connection.Receive("flightStateUpdate", data[i%2], "1")
		if i%100 == 0 {
			s.frame()
		}
	}
}
