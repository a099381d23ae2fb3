package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flightboard/server/eventlog/logtest"
	"flightboard/server/web"
	"flightboard/timetable"
)

func TestPublishing(t *testing.T) {
	understood := func(position int, changes ...string) string {
		return fmt.Sprintf(`{"position":9466848000000%02d,"changes":%d,"understood":[%s]}`, position, len(changes),
			strings.Join(changes, ","))
	}
	for _, c := range []struct {
		reason, body string
		status       int
		answer       string
		board        []timetable.Flight // beside LH1, which was there
	}{
		{"one change", `{"event":"flightStateUpdate","data":{"flight":"LH1","state":"landed"}}`, 200,
			understood(2, `{"line":1,"event":"flightStateUpdate","data":{"flight":"LH1","state":"landed"}}`), nil},
		{"a bare flight that is new is an addition", `{"flight":"BA2","origin":"London"}`, 200,
			understood(2, `{"line":1,"event":"flightAddition","data":{"flight":"BA2","origin":"London"}}`),
			[]timetable.Flight{{Number: "BA2", Origin: "London"}}},
		{"lines build on each other", "{\"flight\":\"BA2\"}\n\n{\"flight\":\"BA2\",\"gate\":\"A1\"}\r\n", 200,
			understood(3, `{"line":1,"event":"flightAddition","data":{"flight":"BA2"}}`,
				`{"line":3,"event":"flightStateUpdate","data":{"flight":"BA2","gate":"A1"}}`),
			[]timetable.Flight{{Number: "BA2", Gate: "A1"}}},
		{"one change may take many lines", "{\n  \"flight\": \"BA2\"\n}", 200,
			understood(2, `{"line":1,"event":"flightAddition","data":{"flight":"BA2"}}`), []timetable.Flight{{Number: "BA2"}}},
		{"one bad line refuses all",
			"{\"flight\":\"BA2\"}\n{\"event\":\"flightRemoval\",\"data\":{\"flight\":\"XX9\"}}\n{\"flight\":\"BA3\"}", 422,
			`{"errors":[{"line":2,"error":"flight \"XX9\" is not on the board"}]}`, nil},
		{"all bad lines are named", "{\"flight\":\"BA2\",\"sate\":\"landed\"}\n{\"flight\":7}\n", 422,
			`{"errors":[{"line":1,"field":"sate","error":"unknown field \"sate\", at byte 24"},{"line":2,"field":"flight",` +
				`"error":"flight: want a string: \"7\", at byte 44"}]}`, nil},
		{"an unknown field's name may hold quotes", `{"a\"b":1}`, 422,
			`{"errors":[{"line":1,"field":"a\"b","error":"unknown field \"a\\\"b\", at byte 9"}]}`, nil},
		{"a field's name may have capitals", `{"flight":"BA2","onBelt":"soon"}`, 422,
			`{"errors":[{"line":1,"field":"onBelt","error":"onBelt: \"soon\" is neither HH:MM nor RFC 3339 with an offset"}]}`,
			nil},
		{"an identity is needed", `{"origin":"London"}`, 422,
			`{"errors":[{"line":1,"field":"flight","error":"flight: missing"}]}`, nil},
		{"a snapshot's errors name field and flight",
			`{"event":"flightSnapshot","data":[{"flight":"BA2"},{"flight":"BA3","arrival":"noon"}]}`, 422,
			`{"errors":[{"line":1,"field":"arrival","error":"flight 2 of the snapshot: arrival: \"noon\" is neither HH:MM nor ` +
				`RFC 3339 with an offset"}]}`, nil},
		{"nothing is no change", " \n ", 422, `{"errors":[{"line":1,"error":"the body holds no change"}]}`, nil},
		{"a publisher cannot end the feed", `{"event":"closedConnection","data":{}}`, 422,
			`{"errors":[{"line":1,"error":"unknown event \"closedConnection\", at byte 28"}]}`, nil},
		{"a line has a limit", `{"flight":"BA2","remark":"` + strings.Repeat("x", 64<<10) + `"}`, 413,
			`{"errors":[{"line":1,"error":"the line is longer than 64 KiB"}]}`, nil},
		{"a body has a limit", strings.Repeat("{\"flight\":\"BA2\"}\n", 1<<16), 413,
			`{"errors":[{"error":"the body is larger than 1 MiB"}]}`, nil},
	} {
		t.Run(c.reason, func(t *testing.T) {
			bubble(t, web.Options{OpenDoor: true}, func(s *site) {
				s.append(1)
				answer := s.do("POST", "/flights", c.body)
				if got := strings.TrimSpace(s.text(answer)); answer.StatusCode != c.status || got != c.answer {
					t.Errorf("got %d %s\nwant %d %s", answer.StatusCode, got, c.status, c.answer)
				}
				var others []timetable.Flight
				for _, f := range logtest.Board(s.log) {
					if f.Number != "LH1" {
						others = append(others, f)
					}
				}
				if diff := cmp.Diff(c.board, others); diff != "" {
					t.Errorf("the board afterwards (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestWithoutATokenThisMachineCanPublish(t *testing.T) {
	for _, c := range []struct {
		reason  string
		headers []string
		status  int
	}{
		{"a program on this machine", nil, 200},
		{"by its number", []string{"Host", "127.0.0.1:5000"}, 200},
		{"by its number, version 6", []string{"Host", "[::1]:5000"}, 200},
		{"the page itself", []string{"Host", "localhost:5000", "Origin", "http://localhost:5000", "Sec-Fetch-Site",
			"same-origin"}, 200},
		{"a page of another site", []string{"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"}, 403},
		{"a page of another port", []string{"Host", "localhost:5000", "Origin", "http://localhost:8080", "Sec-Fetch-Site",
			"same-site"}, 403},
		{"a page of another site in an old browser",
			[]string{"Host", "localhost:5000", "Origin", "https://evil.example"}, 403},
		{"a name that was rebound to this machine", []string{"Host", "evil.example:5000"}, 403},
		{"a name that begins like ours", []string{"Host", "localhost.evil.example"}, 403},
	} {
		t.Run(c.reason, func(t *testing.T) {
			bubble(t, web.Options{OpenDoor: true, AllowOrigin: []string{"*"}}, func(s *site) {
				answer := s.do("POST", "/flights", `{"flight":"BA2"}`, c.headers...)
				if answer.StatusCode != c.status {
					t.Errorf("got %s, want %d", answer.Status, c.status)
				}
				if n := len(logtest.Board(s.log)); (n == 1) != (c.status == http.StatusOK) {
					t.Errorf("the board holds %d flights", n)
				}
			})
		})
	}
}
