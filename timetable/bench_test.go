package timetable

import (
	"fmt"
	"testing"
)

// world is how many flights are in the air at the busiest hour.
const world = 20_000

// flights makes a busy board: dated times over one day, a few hundred cities and gates, the vocabulary's states.
func flights(n int) []Flight {
	made := make([]Flight, n)
	for i := range made {
		number := fmt.Sprint("FB", i)
		made[i] = Flight{
			Number:  number,
			ID:      number + "-0",
			Origin:  fmt.Sprint("City ", i%300),
			Arrival: fmt.Sprintf("2026-11-20T%02d:%02d:00-05:00", i*7%24, i*11%60),
			State:   States[i%len(States)],
			Gate:    fmt.Sprint("B", i%60),
		}
	}
	return made
}

func busyBoard() *Board {
	b := new(Board)
	b.Apply(&Change{Kind: KindReplace, Board: flights(world)})
	b.sort()
	return b
}

var stateUpdates = [...]string{
	`{"flight":"FB7","id":"FB7-0","state":"landing"}`,
	`{"flight":"FB7","id":"FB7-0","state":"landed"}`,
}

// BenchmarkDecode measures the scanner's cost of one state update.
func BenchmarkDecode(b *testing.B) {
	var c Change
	b.ReportAllocs()
	b.SetBytes(int64(len(stateUpdates[0])))
	for b.Loop() {
		if err := c.Decode(KindUpdate, stateUpdates[0]); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkApply measures the board's cost of one state update that changes a flight, of 20,000 flights.
func BenchmarkApply(b *testing.B) {
	board := busyBoard()
	var changes [2]Change
	for i := range changes {
		if err := changes[i].Decode(KindUpdate, stateUpdates[i]); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		board.Apply(&changes[n%2])
	}
}

// BenchmarkSnapshot is what a client that cannot be resumed costs a browser: 20,000 flights are read and applied to a
// board that has them; and what it costs the server to write them.
func BenchmarkSnapshot(b *testing.B) {
	board := busyBoard()
	snapshot := board.Snapshot()
	text := string(snapshot.AppendJSON(nil))
	b.Run("write", func(b *testing.B) {
		dst := []byte(text)
		b.ReportAllocs()
		for b.Loop() {
			c := board.Snapshot()
			dst = c.AppendJSON(dst[:0])
		}
		b.SetBytes(int64(len(dst)))
	})
	b.Run("read", func(b *testing.B) {
		c := board.Snapshot()
		b.ReportAllocs()
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			if err := c.Decode(KindReplace, text); err != nil {
				b.Fatal(err)
			}
			board.Apply(&c)
		}
	})
}

// BenchmarkOrder is what reading the order costs when one of 20,000 rows has got another time since the last reading.
func BenchmarkOrder(b *testing.B) {
	for _, times := range [][2]string{
		{"2026-11-20T03:10:00-05:00", "2026-11-20T21:25:00-05:00"},
		{"03:10", "21:25"},
	} {
		board := busyBoard()
		if len(times[0]) == len("15:04") {
			c := board.Snapshot()
			for i := range c.Board {
				c.Board[i].Arrival = Clock(c.Board[i].Arrival)
			}
			board.Apply(&c)
		}
		b.Run(times[0], func(b *testing.B) {
			b.ReportAllocs()
			for n := 0; b.Loop(); n++ {
				board.Apply(&Change{Kind: KindUpdate, Flight: Flight{Number: "FB7-0", Expected: times[n%2]},
					Named: FieldExpected.Bit()})
				for range board.Flights() {
					break
				}
			}
		})
	}
}
