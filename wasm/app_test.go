//go:build js && wasm

package main

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hack-pad/safejs"

	"flightboard/timetable"
)

func london() timetable.Flight {
	return timetable.Flight{Number: "A123", Origin: "London", Arrival: "08:15"}
}

func rome() timetable.Flight {
	return timetable.Flight{Number: "I768", Origin: "Rome", Arrival: "10:10", State: "landing"}
}

func TestThePagesRowsAreTakenOver(t *testing.T) {
	s := newStage(t, "events", london(), rome())
	before := s.table()
	s.frame()
	s.open(`[{"flight":"A123","origin":"London","arrival":"08:15"},{"flight":"I768","origin":"Rome","arrival":"10:10","state":"landing"}]`)
	if diff := cmp.Diff(before, s.table()); diff != "" {
		t.Errorf("an equal snapshot has changed the table (-before +after):\n%s", diff)
	}
	s.wantURL("events")
	s.wantStatus("live", "Live")
	s.wantErrors()
}

func TestEventsChangeCellsOncePerFrame(t *testing.T) {
	s := newStage(t, "events", london(), rome())
	s.frame()
	s.happen("open", "", "")
	s.frame()
	for _, state := range []string{"Landing", "landed", "on belt", "Landed"} {
		s.happen("flightStateUpdate", `{"flight":"I768","state":"`+state+`"}`, "1")
	}
	s.happen("message", `{"flight":"A123","gate":"B7"}`, "2")
	s.happen("flightAddition", `{"flight":"D654","origin":"Berlin","arrival":"08:45"}`, "3")
	if n := s.frames(); n != 1 {
		t.Errorf("%d frames are awaited after six events, want 1", n)
	}
	if row := s.table().Rows[1]; row.Sign != "landing" {
		t.Errorf("before the frame the row is %+v, want it as it was", row)
	}
	s.frame()
	want := shownTable{
		Head: []string{"origin", "flight", "arrival", "state", "gate"},
		Rows: []shownRow{
			{"A123", "", 1, []string{"origin=London", "flight=A123", "arrival=08:15", "state=", "gate=B7"}, []string{"gate"}},
			{"D654", "", 3, []string{"origin=Berlin", "flight=D654", "arrival=08:45", "state=", "gate="}, []string{}},
			{"I768", "landed", 2, []string{"origin=Rome", "flight=I768", "arrival=10:10", "state=Landed", "gate="}, []string{"state"}},
		},
	}
	if diff := cmp.Diff(want, s.table()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if n := s.frames(); n != 0 {
		t.Errorf("%d frames are awaited when nothing is new, want 0", n)
	}

	s.happen("flightChanges", `{"event":"flightStateUpdate","data":{"flight":"A123","gate":null}}`+"\n"+
		`{"event":"flightRemoval","data":{"flight":"D654"}}`, "5")
	s.frame()
	got := s.table()
	if len(got.Head) != 4 || len(got.Rows) != 2 || len(got.Rows[0].Cells) != 4 || got.Rows[0].Born != 1 || got.Rows[1].Born != 2 {
		t.Errorf("after the gate and a row have gone the table is %+v", got)
	}
	s.wantErrors()
}

// What a reader has selected stays selected: the text changes inside its node.
func TestTextNodesAreKept(t *testing.T) {
	s := newStage(t, "events", rome())
	node := func(row int) safejs.Value {
		body := s.must1(s.get(safejs.Global(), "document").Call("querySelector", "#flights > tbody"))
		tr := s.must1(s.get(body, "children").Index(row))
		return s.get(s.must1(s.get(tr, "cells").Index(3)), "firstChild")
	}
	s.happen("open", "", "")
	s.happen("flightAddition", `{"flight":"G119","arrival":"11:00","state":"expected"}`, "1")
	s.frame()
	brought, inserted := node(0), node(1)
	for _, state := range []string{"landed", "", "arrived"} {
		s.happen("flightStateUpdate", `{"flight":"I768","state":"`+state+`"}`, "2")
		s.happen("flightStateUpdate", `{"flight":"G119","state":"`+state+`"}`, "3")
		s.frame()
		if !node(0).Equal(brought) || !node(1).Equal(inserted) {
			t.Errorf("the state %q is in another text node", state)
		}
	}
}

func TestABadEventIsReportedAndTheBoardGoesOn(t *testing.T) {
	s := newStage(t, "events", london())
	s.happen("open", "", "")
	s.happen("flightStateUpdate", `{"flight":"A123","state":`, "1")
	s.happen("heartbeat", `{"time":"yesterday"}`, "")
	s.happen("flightStateUpdate", `{"flight":"A123","state":"landing"}`, "3")
	s.frame()
	if got := s.table().Rows[0].Cells[3]; got != "state=landing" {
		t.Errorf("the cell is %q, want what the good event said", got)
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
			s.wantStatus("connecting", "Connected, waiting for an update, board as the page brought it")
			s.happen(test.eventType, test.data, "1")
			s.wantErrors(test.errors...)
			switch {
			case test.live:
				s.wantStatus("live", "Live")
			case test.eventType == "heartbeat":
				s.wantStatus("connecting", "Connected, waiting for an update")
			default:
				s.wantStatus("foreign", "Connected, but nothing that this server sends is about these flights")
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

// A board that lacks an event of our server's is wrong, so it is asked for anew, whichever event it was.
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

// A line that cannot be read takes the other changes of its event with it, so the board is asked for anew, and not
// from the place after them.
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
		t.Errorf("the cell is %q, want what the snapshot says", got)
	}
	s.wantStatus("live", "Live")
}

// While the program is on its way the stream is already open; what came meanwhile is not lost and not told twice.
func TestTheConnectionOfTheBootScriptIsTakenOver(t *testing.T) {
	for _, test := range []struct {
		reason string
		happen func(s *stage)
		status string
		state  string
	}{
		{"it is still on its way", func(s *stage) {}, "connecting", ""},
		{"it is open, and nothing has come", func(s *stage) { s.happen("open", "", "") }, "connecting", ""},
		{"other things than flights have come", func(s *stage) {
			s.happen("open", "", "")
			s.happen("flightStateUpdate", `{"flight":"XX9","state":"landed"}`, "1")
		}, "foreign", ""},
		{"events have come", func(s *stage) {
			s.happen("open", "", "")
			s.happen("flightSnapshot", `[{"flight":"A123","state":"landing"}]`, "1")
			s.happen("flightStateUpdate", `{"flight":"A123","state":"landed"}`, "2")
		}, "live", "landed"},
		{"events have come, and it broke", func(s *stage) {
			s.happen("open", "", "")
			s.happen("flightSnapshot", `[{"flight":"A123","state":"landing"}]`, "1")
			s.fail(0)
		}, "reconnecting", "landing"},
		{"it was refused for good", func(s *stage) { s.fail(2) }, "reconnecting", ""},
		{"the feed has ended", func(s *stage) {
			s.happen("open", "", "")
			s.happen("flightSnapshot", `[{"flight":"A123","state":"landed"}]`, "1")
			s.happen("closedConnection", "", "2")
			s.happen("flightStateUpdate", `{"flight":"A123","state":"lost"}`, "3")
		}, "ended", "landed"},
	} {
		t.Run(test.reason, func(t *testing.T) {
			s := newStageWith(t, "events", test.happen, london())
			s.frame()
			s.wantURL("events")
			if got := s.string(s.call("get", "#status", "data-status")); got != test.status {
				t.Errorf("data-status is %q, want %q", got, test.status)
			}
			if n, _ := s.get(s.js, "sources").Length(); n != 1 {
				t.Errorf("there are %d connections, want the one", n)
			}
			if got := s.table().Rows[0].Cells[3]; got != "state="+test.state {
				t.Errorf("the cell is %q, want state=%s", got, test.state)
			}
			if kept, _ := s.get(s.get(s.source(), "kept"), "size").Int(); kept != 0 {
				t.Errorf("the boot script still listens to %d types", kept)
			}
			if test.status == "live" {
				s.happen("flightStateUpdate", `{"flight":"A123","state":"on belt"}`, "4")
				s.frame()
				if got := s.table().Rows[0].Cells[3]; got != "state=on belt" {
					t.Errorf("the cell is %q after an event of the program's own", got)
				}
			}
			s.wantErrors()
		})
	}
}

func TestStopAndResume(t *testing.T) {
	s := newStage(t, "events", london())
	s.open(`[{"flight":"A123","origin":"London","arrival":"08:15"}]`)
	first := s.source()
	s.click("#stop")
	s.wantStatus("stopped", "Stopped by you at ")
	if got := s.string(s.call("text", "#stop")); got != "Resume updates" {
		t.Errorf("the button says %q", got)
	}
	if state, _ := s.get(first, "readyState").Int(); state != 2 {
		t.Error("the connection is still there")
	}
	if size, _ := s.get(s.get(first, "listeners"), "size").Int(); size != 0 {
		t.Errorf("the closed connection has %d listeners, want 0", size)
	}
	s.click("#stop")
	s.wantURL("events?lastEventId=100")
	s.wantStatus("reconnecting", "Reconnecting, board as of ")
	s.happen("open", "", "")
	s.wantStatus("live", "Live")
	if got := s.string(s.call("text", "#stop")); got != "Stop updates" {
		t.Errorf("the button says %q", got)
	}
	s.wantErrors()
}

func TestTheEndOfTheFeed(t *testing.T) {
	s := newStage(t, "http://localhost:5000/events", london())
	s.open(`[]`)
	s.happen("closedConnection", "", "101")
	s.wantStatus("ended", "Ended at ")
	if state, _ := s.get(s.source(), "readyState").Int(); state != 2 {
		t.Error("the connection is still there")
	}
	if disabled, _ := s.call("has", "#stop", "disabled").Bool(); !disabled {
		t.Error("there is nothing to stop, but the button can be pressed")
	}
	if got := s.table().Rows; len(got) != 0 {
		t.Errorf("the rows are %+v, want the empty board's", got)
	}
}

func TestAFailureForGoodIsAskedAbout(t *testing.T) {
	s := newStage(t, "events", london())
	s.open(`[]`)
	s.fail(2)
	s.wantStatus("reconnecting", "Reconnecting, board as of ")
	question := s.must1(s.get(s.js, "questions").Index(0))
	if got := s.string(s.get(question, "url")); got != "events?lastEventId=100" {
		t.Errorf("the question is about %q", got)
	}
	s.call("answer", 0, 502, "text/html; charset=utf-8", false)
	s.wantStatus("reconnecting", "Reconnecting in 1 s, board as of ")
	if got := s.string(s.call("text", "#status")); !strings.HasSuffix(got, "the server answers 502") {
		t.Errorf("the status line says %q, want the cause", got)
	}
	if aborted, _ := s.get(s.get(s.get(question, "options"), "signal"), "aborted").Bool(); !aborted {
		t.Error("the question's answer is still being read")
	}

	s.click("#retry")
	s.fail(2)
	s.call("lose", 1)
	s.wantStatus("reconnecting", "Reconnecting in 2 s, board as of ")

	s.click("#retry")
	s.fail(2)
	s.call("answer", 2, 204, nil, false)
	s.wantStatus("ended", "Ended at ")
	s.wantErrors()
}

// An event of more changes than are kept at hand is as good as one of few.
func TestManyChangesAreAppliedAsAWhole(t *testing.T) {
	s := newStage(t, "events?batch", london())
	s.open(`[{"flight":"A123","origin":"London","arrival":"08:15"}]`)
	var lines []string
	for i := range atHand + 3 {
		lines = append(lines, `{"flight":"A123","state":"`+strconv.Itoa(i)+`"}`)
	}
	s.happen("flightChanges", strings.Join(lines, "\n"), "102")
	s.frame()
	if got, want := s.table().Rows[0].Cells[3], "state="+strconv.Itoa(atHand+2); got != want {
		t.Errorf("the cell is %q, want %q", got, want)
	}
	s.happen("flightChanges", strings.Join(lines, "\n")+"\n{", "103")
	if got := s.a.board.Flight("A123").State; got != strconv.Itoa(atHand+2) {
		t.Errorf("a bad line at the end: the state is %s", got)
	}
	s.wantErrors("flightChanges 103")
	s.end()
}

func TestAnEventAfterAPauseIsDrawnAtOnce(t *testing.T) {
	s := newStage(t, "events", london())
	s.open(`[{"flight":"A123","origin":"London","arrival":"08:15"}]`)
	s.a.drawn = time.Now().Add(-perFrame)
	for i, state := range []string{"landing", "landed"} {
		s.happen("flightStateUpdate", `{"flight":"A123","state":"`+state+`"}`, strconv.Itoa(101+i))
		if got := s.table().Rows[0].Sign; got != "landing" {
			t.Errorf("after %s the row has the sign %q, want landing: the first is drawn at once", state, got)
		}
	}
	s.frame()
	if got := s.table().Rows[0].Sign; got != "landed" {
		t.Errorf("the next frame draws the sign %q, want landed", got)
	}
	s.end()
}

func TestAHiddenPageDrawsNothing(t *testing.T) {
	s := newStage(t, "events", london())
	s.open(`[{"flight":"A123","origin":"London","arrival":"08:15"}]`)
	s.frame()
	s.call("see", "hidden")
	s.happen("flightStateUpdate", `{"flight":"A123","state":"landing"}`, "101")
	s.happen("flightStateUpdate", `{"flight":"A123","state":"landed"}`, "102")
	if n := s.frames(); n != 0 {
		t.Errorf("a hidden page awaits %d frames, want 0", n)
	}
	s.call("see", "visible")
	if n := s.frames(); n != 1 {
		t.Errorf("a page that is seen again awaits %d frames, want 1", n)
	}
	s.frame()
	if got := s.table().Rows[0].Cells[3]; got != "state=landed" {
		t.Errorf("the cell is %q, want state=landed", got)
	}
}

func TestTheBrowsersHintsReachTheFollower(t *testing.T) {
	s := newStage(t, "events", london())
	s.open(`[]`)
	s.tell("window", "offline")
	s.wantStatus("offline", "Offline, board as of ")
	s.happen("heartbeat", `{"time":"2026-11-21T14:00:00Z"}`, "")
	s.wantStatus("live", "Live")
	first := s.source()
	s.tell("window", "online")
	if s.source().Equal(first) {
		t.Error("the network may be another one, but the connection is the same")
	}
	s.tell("window", "pagehide")
	if state, _ := s.get(s.source(), "readyState").Int(); state != 2 {
		t.Error("a page that is left still has its connection")
	}
	s.tell("window", "pageshow")
	s.wantURL("events?lastEventId=100")
	if state, _ := s.get(s.source(), "readyState").Int(); state != 0 {
		t.Error("on the way back there is no connection")
	}
	s.wantErrors()
}

func TestASilentFeedHasItsOwnLamp(t *testing.T) {
	s := newStage(t, "events", london())
	s.open(`[]`)
	s.happen("heartbeat", `{"time":"2026-11-21T14:00:00Z","silent":[{"feed":"jfk","since":"2026-11-21T13:51:00Z"},{"feed":"lga","since":"2026-11-21T13:52:00Z"}]}`, "")
	got := s.string(s.call("text", "#feed"))
	if hidden, _ := s.call("has", "#feed", "hidden").Bool(); hidden || !strings.HasPrefix(got, "Feed jfk silent since ") || !strings.Contains(got, "; Feed lga silent since ") {
		t.Errorf("the second lamp says %q, hidden %v", got, hidden)
	}
	s.wantStatus("live", "Live")
	s.happen("heartbeat", `{"time":"2026-11-21T14:00:15Z"}`, "")
	if hidden, _ := s.call("has", "#feed", "hidden").Bool(); !hidden {
		t.Error("the second lamp is on, but the feed is well")
	}
}

func TestAnAddressThatIsNoneIsSaid(t *testing.T) {
	s := newStage(t, "not an address", london())
	s.wantStatus("reconnecting", "Reconnecting in 1 s, board as the page brought it; ")
	if got := s.string(s.call("text", "#status")); !strings.Contains(got, "no address") {
		t.Errorf("the status line says %q, want the browser's reason", got)
	}
}

func TestTheFollowerIsWokenByATimer(t *testing.T) {
	s := newStage(t, "events", london())
	opened := make(chan struct{}, 1)
	onsource, err := callback(func(safejs.Value) { opened <- struct{}{} })
	s.must(err)
	defer onsource.Release()
	s.fail(0)
	s.must(s.js.Set("onsource", onsource))
	s.wantStatus("reconnecting", "Reconnecting in 1 s")
	select {
	case <-opened:
	case <-time.After(10 * time.Second):
		t.Fatal("no second attempt")
	}
	s.must(s.js.Delete("onsource"))
}
