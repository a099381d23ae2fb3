package timetable_test

import (
	"fmt"
	"time"

	"flightboard/timetable"
)

// A browser's board: events come, and Apply returns the difference.
func ExampleBoard() {
	var board timetable.Board
	var change timetable.Change
	for _, event := range []struct{ eventType, data string }{
		{"flightSnapshot", `[{"flight":"I768","origin":"Rome","arrival":"10:10"},{"flight":"A123","origin":"London",` +
			`"arrival":"08:15"}]`},
		{"flightStateUpdate", `{"flight":"I768","state":"landing"}`},
		{"flightStateUpdate", `{"flight":"I768","state":"landing"}`},
		{"flightRemoval", `{"flight":"A123"}`},
	} {
		kind, ok := timetable.KindOf(event.eventType)
		if !ok {
			continue // an event that this client does not know
		}
		if err := change.Decode(kind, event.data); err != nil {
			fmt.Println(err)
			continue
		}
		d := board.Apply(&change)
		fmt.Println(d.Entered, "entered,", d.Left, "left,", d.Altered, "altered")
	}
	for flight := range board.Flights() {
		fmt.Println(flight.Arrival, flight.Number, flight.Origin, flight.State)
	}
	// Output:
	// 2 entered, 0 left, 0 altered
	// 0 entered, 0 left, 1 altered
	// 0 entered, 0 left, 0 altered
	// 0 entered, 1 left, 0 altered
	// 10:10 I768 Rome landing
}

// What the board holds is one change, too: it makes any other board equal.
func ExampleBoard_Snapshot() {
	var board timetable.Board
	board.Apply(&timetable.Change{Kind: timetable.KindAdd, Flight: timetable.Flight{Number: "I768", Arrival: "10:10"}})
	board.Apply(&timetable.Change{Kind: timetable.KindAdd, Flight: timetable.Flight{Number: "A123", Arrival: "08:15"}})
	snapshot := board.Snapshot()
	fmt.Println("event:", snapshot.Kind.EventType())
	fmt.Printf("%s\n", snapshot.AppendJSON(nil))
	// Output:
	// event: flightSnapshot
	// [{"flight":"A123","arrival":"08:15"},
	// {"flight":"I768","arrival":"10:10"}]
}

// A change names the fields that it is about; the named ones may be empty.
func ExampleChange() {
	withdrawn := timetable.Change{
		Kind:   timetable.KindUpdate,
		Flight: timetable.Flight{Number: "I768", State: "delayed"},
		Named:  timetable.FieldState.Bit() | timetable.FieldExpected.Bit(),
	}
	fmt.Printf("%s\n", withdrawn.AppendJSON(nil))
	// Output:
	// {"flight":"I768","state":"delayed","expected":""}
}

func ExampleChange_Validate() {
	c := timetable.Change{Kind: timetable.KindAdd, Flight: timetable.Flight{Number: "I768", Arrival: "25:00"}}
	fmt.Println(c.Validate())
	// Output:
	// arrival: "25:00" is neither HH:MM nor RFC 3339 with an offset
}

// A publisher's body is taken as a whole or not at all.
func ExampleBody() {
	body := `{"flight":"I768","state":"landed"}
{"flight":"A123","sate":"landed"}
{"event":"flightRemoval","data":{"flight":"D654"}}`

	var board timetable.Board
	batch := board.Batch(time.Now().UnixMicro())
	for entry, err := range timetable.Body(body) {
		if err == nil {
			_, err = batch.Merge(entry.Report)
		}
		if err != nil {
			fmt.Printf("line %d: %v\n", entry.Line, err)
		}
	}
	fmt.Println(board.Len(), "flights on the board")
	// Output:
	// line 2: unknown field "sate", at byte 60
	// line 3: flight "D654" is not on the board
	// 0 flights on the board
}
