package main

import (
	"fmt"
	"math/big"

	"flightboard/timetable"
)

// A sequence is what a run publishes: a board, and then updates, each known by its number.
type sequence interface {
	// seed returns the changes that make the board before the first update, whatever was there.
	seed() []timetable.Change
	update(number int) timetable.Change
	// locate returns the number, modulo the period, of the update with this event type and data.
	locate(eventType string, data []byte) (number int, ok bool)
	// period returns how many updates differ from each other.
	period() int
	// board returns the board after the first n updates.
	board(n int) *timetable.Board
}

// A script is a sequence without an end: first a board, then any number of updates, each known by its number. Whoever
// knows the number of an event knows every byte of its data, so a viewer can be held to all of them, and the data
// looks as real data do: no counter and no time stamp is in it that would make it longer or harder to compress.
//
// Which flight an update is about, and which time it names, comes from its number by a multiplication modulo the number
// of pairs. Neighbours so have little in common, and the number, modulo the pairs, can be told from the data.
type script struct {
	flights int
}

const (
	minutes = 24 * 60
	stride  = 611_953 // a prime larger than any number of flights, so it has no factor in common with the pairs
)

// maxFlights keeps flight numbers at five digits. Those of up to 10,000 flights have four.
const maxFlights = 100_000

func (s script) period() int { return s.flights * minutes }

func (s script) number(flight int) string { return fmt.Sprintf("LT%04d", flight) }

// seed makes the board before the first update, whatever was there.
func (s script) seed() []timetable.Change {
	cities := []string{"Amsterdam", "Frankfurt", "London", "New York", "Rio de Janeiro", "Singapore", "Vienna"}
	changes := []timetable.Change{{Kind: timetable.KindReplace}}
	for i := range s.flights {
		changes = append(changes, timetable.Change{Kind: timetable.KindAdd, Flight: timetable.Flight{
			Number:  s.number(i),
			Origin:  cities[i%len(cities)],
			Arrival: clock(i * 7 % minutes),
			State:   timetable.States[i%4],
		}})
	}
	return changes
}

func clock(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }

// update is the update with this number.
func (s script) update(number int) timetable.Change {
	pair := number % s.period() * stride % s.period()
	return timetable.Change{
		Kind:  timetable.KindUpdate,
		Named: timetable.FieldState.Bit() | timetable.FieldExpected.Bit(),
		Flight: timetable.Flight{
			Number:   s.number(pair % s.flights),
			State:    timetable.States[pair/3%len(timetable.States)],
			Expected: clock(pair / s.flights),
		},
	}
}

// locate tells from the data of an update which one it is, modulo the pairs. It fails when the data are no update of
// the script, to the byte.
func (s script) locate(eventType string, data []byte) (number int, ok bool) {
	var c timetable.Change
	if eventType != timetable.KindUpdate.EventType() || c.Decode(timetable.KindUpdate, string(data)) != nil {
		return 0, false
	}
	var flight, hour, minute int
	if n, _ := fmt.Sscanf(c.Flight.Number, "LT%d", &flight); n != 1 {
		return 0, false
	}
	if n, _ := fmt.Sscanf(c.Flight.Expected, "%02d:%02d", &hour, &minute); n != 2 {
		return 0, false
	}
	pairs := big.NewInt(int64(s.period()))
	back := new(big.Int).ModInverse(big.NewInt(stride), pairs).Int64()
	number = int(int64((hour*60+minute)*s.flights+flight) * back % pairs.Int64())
	if number < 0 {
		return 0, false
	}
	want := s.update(number)
	return number, string(want.AppendJSON(nil)) == string(data)
}

// board is the board after the first n updates.
func (s script) board(n int) *timetable.Board {
	b := new(timetable.Board)
	for _, c := range s.seed() {
		b.Apply(&c)
	}
	for i := max(0, n-s.period()); i < n; i++ { // after all pairs each flight is as it was
		c := s.update(i)
		b.Apply(&c)
	}
	return b
}
