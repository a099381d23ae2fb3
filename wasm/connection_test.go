//go:build js && wasm

package main

import (
	"strings"
	"testing"
	"time"

	"github.com/hack-pad/safejs"

	"flightboard/wasm/dom"
)

// Boot.js opens the stream while the program is loaded. Events that come meanwhile are applied once.
func TestTheConnectionOfTheBootScriptIsTakenOver(t *testing.T) {
	for _, test := range []struct {
		reason string
		happen func(s *stage)
		status string
		state  string
	}{
		{"it is not open yet", func(s *stage) {}, "connecting", ""},
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
		{"it was told to return later", func(s *stage) {
			s.happen("open", "", "")
			s.happen("refusal", `{"status":429,"reason":"full-address","error":"full","wait":9}`, "")
		}, "reconnecting", ""},
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

// A browser takes a while to learn how dates are written, in which nobody waits for the status.
func TestTheFirstDateIsWrittenAfterTheStatus(t *testing.T) {
	s := newStage(t, "events", london())
	s.open(`[{"flight":"A123"}]`)
	s.wantStatus("live", "Live")
	if date := s.call("get", "#status", "data-as-of"); !date.IsNull() {
		t.Errorf("the status had to wait for a date, %q", s.string(date))
	}
}

func TestStopAndResume(t *testing.T) {
	s := newStage(t, "events", london())
	s.open(`[{"flight":"A123","origin":"London","arrival":"08:15"}]`)
	first := s.source()
	s.click("#stop")
	s.wantStatus("stopped", "Stopped by you at ")
	if got := s.string(s.call("text", "#stop")); got != "Resume updates" {
		t.Errorf("the button shows %q", got)
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
	s.wantStatus("reconnecting", "Connected, waiting for an update, board as of ")
	s.happen("heartbeat", "", "")
	s.wantStatus("live", "Live")
	if got := s.string(s.call("text", "#stop")); got != "Stop updates" {
		t.Errorf("the button shows %q", got)
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

func TestAProbeFindsTheReasonOfAFailure(t *testing.T) {
	s := newStage(t, "events", london())
	s.open(`[]`)
	s.fail(2)
	s.wantStatus("reconnecting", "Reconnecting, board as of ")
	request := s.must1(s.get(s.js, "requests").Index(0))
	if got := s.string(s.get(request, "url")); got != "events?lastEventId=100" {
		t.Errorf("the request is for %q", got)
	}
	s.call("answer", 0, 502, "text/html; charset=utf-8", false)
	s.wantStatus("reconnecting", "Reconnecting in 1 s, board as of ")
	if got := s.string(s.call("text", "#status")); !strings.HasSuffix(got, "the server answers 502") {
		t.Errorf("the status line shows %q, want the cause", got)
	}
	if aborted, _ := s.get(s.get(s.get(request, "options"), "signal"), "aborted").Bool(); !aborted {
		t.Error("the response to the request is still being read")
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

func TestTheBrowsersEventsReachTheFollower(t *testing.T) {
	s := newStage(t, "events", london())
	s.open(`[]`)
	s.fire("window", "offline")
	s.wantStatus("offline", "Offline, board as of ")
	s.happen("heartbeat", `{"time":"2026-11-21T14:00:00Z"}`, "")
	s.wantStatus("live", "Live")
	first := s.source()
	s.fire("window", "online")
	if s.source().Equal(first) {
		t.Error("the network may be another one, but the connection is the same")
	}
	s.fire("window", "pagehide")
	if state, _ := s.get(s.source(), "readyState").Int(); state != 2 {
		t.Error("a page that is left still has its connection")
	}
	s.fire("window", "pageshow")
	s.wantURL("events?lastEventId=100")
	if state, _ := s.get(s.source(), "readyState").Int(); state != 0 {
		t.Error("after the reader has come back there is no connection")
	}
	s.wantErrors()
}

func TestASilentFeedHasItsOwnLine(t *testing.T) {
	s := newStage(t, "events", london())
	s.open(`[]`)
	s.happen("heartbeat", `{"time":"2026-11-21T14:00:00Z","silent":[`+
		`{"feed":"jfk","since":"2026-11-21T13:51:00Z"},{"feed":"lga","since":"2026-11-21T13:52:00Z"}]}`, "")
	got := s.string(s.call("text", "#feed"))
	if hidden, _ := s.call("has", "#feed", "hidden").Bool(); hidden ||
		!strings.HasPrefix(got, "Feed jfk silent since ") || !strings.Contains(got, "; Feed lga silent since ") {
		t.Errorf("the second line is %q, hidden %v", got, hidden)
	}
	s.wantStatus("live", "Live")
	s.happen("heartbeat", `{"time":"2026-11-21T14:00:15Z"}`, "")
	if hidden, _ := s.call("has", "#feed", "hidden").Bool(); !hidden {
		t.Error("the second lamp is on, but the feed is well")
	}
}

func TestAnAddressThatIsNoneIsSaid(t *testing.T) {
	s := newStage(t, "not an address", london())
	s.wantStatus("reconnecting", "Reconnecting in 1 s, board as loaded with the page; ")
	if got := s.string(s.call("text", "#status")); !strings.Contains(got, "no address") {
		t.Errorf("the status line shows %q, want the browser's reason", got)
	}
}

func TestTheFollowerIsWokenByATimer(t *testing.T) {
	s := newStage(t, "events", london())
	opened := make(chan struct{}, 1)
	onsource, err := dom.Func(func(safejs.Value) { opened <- struct{}{} })
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
