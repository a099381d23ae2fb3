//go:build js && wasm

package main

import (
	"strconv"
	"strings"
	"testing"
)

func TestABadEventIsReportedAndTheBoardGoesOn(t *testing.T) {
	s := newStage(t, "events", london())
	s.happen("open", "", "")
	s.happen("flightStateUpdate", `{"flight":"A123","state":`, "1")
	s.happen("heartbeat", `{"time":"yesterday"}`, "")
	s.happen("flightStateUpdate", `{"flight":"A123","state":"landing"}`, "3")
	s.frame()
	if got := s.table().Rows[0].Cells[3]; got != "state=landing" {
		t.Errorf("the cell is %q, want the state of the good event", got)
	}
	s.wantErrors("flightStateUpdate 1", "heartbeat")
	s.wantStatus("live", "Live")
}

// The rows that a page brings are live when the server has sent something about them, and not before.
func TestWhatMakesABoardLive(t *testing.T) {
	for _, test := range []struct {
		reason, eventType, data string
		live                    bool
		errors                  []string
	}{
		{"a text for people", "message", "Hello, client! This is a test message.", false, []string{"message 1"}},
		{"an HTML page", "message", "<!doctype html>", false, []string{"message 1"}},
		{"nothing", "message", "", false, []string{"message 1"}},
		{"JSON that is no object", "message", "17", false, []string{"message 1"}},
		{"a flight that is no text", "message", `{"flight":17}`, false, []string{"message 1"}},
		{"an object of other fields", "message", `{"symbol":"XYZ","price":12.5}`, false, nil},
		{"an object with an ID of its own", "message", `{"id":"A124","text":"Hello"}`, false, nil},
		{"an empty object", "flightStateUpdate", "{}", false, nil},
		{"fields of ours without a flight", "flightStateUpdate", `{"state":"landed","gate":"B7"}`, false, nil},
		{"a flight that is not on the board", "flightStateUpdate", `{"flight":"XX9","state":"landed"}`, false, nil},
		{"the removal of one", "flightRemoval", `{"flight":"XX9"}`, false, nil},
		{"a new flight without a name", "flightAddition", `{"origin":"Oslo"}`, false, nil},
		{"a heartbeat", "heartbeat", `{"time":"2026-11-21T14:00:00Z"}`, false, nil},
		{"a flight's state", "flightStateUpdate", `{"flight":"A123","state":"landed"}`, true, nil},
		{"the state that it has", "message", `{"flight":"A123","state":""}`, true, nil},
		{"a flight's removal", "flightRemoval", `{"flight":"A123"}`, true, nil},
		{"a new flight", "flightAddition", `{"flight":"XX9","origin":"Oslo"}`, true, nil},
		{"a board", "flightSnapshot", `[{"flight":"XX9"}]`, true, nil},
		{"an empty board", "flightSnapshot", `[]`, true, nil},
		{"changes, one of which is of a flight on the board", "flightChanges",
			`{"event":"flightRemoval","data":{"flight":"XX9"}}` + "\n" + `{"flight":"A123"}`, true, nil},
	} {
		t.Run(test.reason, func(t *testing.T) {
			s := newStage(t, "events", london())
			s.happen("open", "", "")
			s.wantStatus("connecting", "Connected, waiting for an update, board as loaded with the page")
			s.happen(test.eventType, test.data, "1")
			s.wantErrors(test.errors...)
			switch {
			case test.live:
				s.wantStatus("live", "Live")
			case test.eventType == "heartbeat":
				s.wantStatus("connecting", "Connected, waiting for an update")
			default:
				s.wantStatus("foreign", "Connected, but this server sends nothing about these flights")
			}
			stale, _ := s.call("has", "#flights", "data-stale").Bool()
			if get := s.string(s.call("get", "#status", "data-status")); stale != (get == "foreign") {
				t.Errorf("in state %s the board is dimmed: %v", get, stale)
			}
			s.happen("flightAddition", `{"flight":"D654"}`, "2")
			s.wantStatus("live", "Live")
		})
	}
}

// A board that lacks an event of our server's is wrong, so the client asks for it anew, whichever event it was.
func TestABadEventOfOurServerAsksForTheBoard(t *testing.T) {
	for eventType, data := range map[string]string{
		"flightSnapshot":    `[{"flight":"A123"`,
		"flightAddition":    `{"flight":7}`,
		"flightStateUpdate": `{"flight":"A123","state":`,
		"flightRemoval":     `A123`,
	} {
		s := newStage(t, "events?batch", london())
		s.open(`[{"flight":"A123","origin":"London","arrival":"08:15"}]`)
		s.happen(eventType, data, "102")
		s.wantErrors(eventType + " 102")
		s.wantStatus("reconnecting", "Reconnecting in 1 s")
		s.click("#retry")
		s.wantURL("events?batch")
	}
}

// A line that cannot be read takes the other changes of its event with it, so the client asks for the board anew, and
// not from the place after them.
func TestABadLineAmongManyChangesAsksForTheBoard(t *testing.T) {
	s := newStage(t, "events?batch", london())
	s.open(`[{"flight":"A123","origin":"London","arrival":"08:15"}]`)
	s.happen("flightChanges", `{"flight":"A123","state":"landed"}`+"\n{\n"+`{"flight":"A123","gate":"B7"}`, "102")
	s.frame()
	if got := s.table().Rows[0].Cells[3]; got != "state=" {
		t.Errorf("the cell is %q, but the event is to be applied as a whole or not at all", got)
	}
	s.wantErrors("flightChanges 102")
	s.wantStatus("reconnecting", "Reconnecting in 1 s")
	s.click("#retry")
	s.wantURL("events?batch")
	s.open(`[{"flight":"A123","origin":"London","arrival":"08:15","state":"landed"}]`)
	if got := s.table().Rows[0].Cells[3]; got != "state=landed" {
		t.Errorf("the cell is %q, want the state of the snapshot", got)
	}
	s.wantStatus("live", "Live")
}

// An event of more changes than the applier keeps decoded is applied as one of few is.
func TestManyChangesAreAppliedAsAWhole(t *testing.T) {
	const many = 1027
	s := newStage(t, "events?batch", london())
	s.open(`[{"flight":"A123","origin":"London","arrival":"08:15"}]`)
	var lines []string
	for i := range many {
		lines = append(lines, `{"flight":"A123","state":"`+strconv.Itoa(i)+`"}`)
	}
	s.happen("flightChanges", strings.Join(lines, "\n"), "102")
	s.frame()
	if got, want := s.table().Rows[0].Cells[3], "state="+strconv.Itoa(many-1); got != want {
		t.Errorf("the cell is %q, want %q", got, want)
	}
	s.happen("flightChanges", strings.Join(lines, "\n")+"\n{", "103")
	if got := s.a.board.Flight("A123").State; got != strconv.Itoa(many-1) {
		t.Errorf("a bad line at the end: the state is %s", got)
	}
	s.wantErrors("flightChanges 103")
	s.end()
}
