package web_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flightboard/server/eventlog/logtest"
	"flightboard/server/web"
)

// All that is wrong with a body is in one answer: also what only the board can tell. Mended, the body is accepted.
func TestAllErrorsOfABodyAreInOneAnswer(t *testing.T) {
	for _, c := range []struct {
		reason, body, mended string
		want                 []string // line and error, a part of it
	}{
		{"a value, and a flight that is not on the board",
			`{"flight":"A1","arrival":"noon"}` + "\n" + `{"event":"flightRemoval","data":{"flight":"X1"}}`,
			`{"flight":"A1","arrival":"12:00"}`, []string{`1 arrival: "noon"`, `2 flight "X1" is not on the board`}},
		{"the other way round", `{"event":"flightRemoval","data":{"flight":"X1"}}` + "\n" + `{"flight":"A1","gate":7}`,
			`{"flight":"A1","gate":"7"}`, []string{`1 flight "X1" is not on the board`, `2 gate: want a string: "7"`}},
		{"a stamp, and a value in another line",
			`{"stamp":"2001-01-01T00:00:00Z","flight":"A1"}` + "\n" + `{"flight":"A2","sate":""}`,
			`{"flight":"A1"}`, []string{`1 stamp: is `, `2 unknown field "sate"`}},
		{"a stamp, and a value in the same line", `{"stamp":"2001-01-01T00:00:00Z","flight":"A1","arrival":"25:00"}`,
			`{"flight":"A1"}`, []string{`1 arrival: "25:00"`, `1 stamp: is `}},
		{"an update of a flight whose addition is wrong",
			`{"event":"flightAddition","data":{"flight":"N1","gate":1}}` + "\n" +
				`{"event":"flightStateUpdate","data":{"flight":"N1","state":"landed"}}`,
			`{"event":"flightAddition","data":{"flight":"N1","gate":"1"}}` + "\n" +
				`{"event":"flightStateUpdate","data":{"flight":"N1","state":"landed"}}`, []string{`1 gate: want`}},
		{"an update of one whose number cannot be read",
			`{"event":"flightAddition","data":{"flight":7}}` + "\n" +
				`{"event":"flightStateUpdate","data":{"flight":"7","state":"landed"}}`,
			`{"event":"flightAddition","data":{"flight":"7"}}` + "\n" +
				`{"event":"flightStateUpdate","data":{"flight":"7","state":"landed"}}`,
			[]string{`1 flight: want a string: "7"`}},
		{"an array", `[{"flight":"A1","gate":1},{"event":"flightRemoval","data":{"flight":"X1"}}]`, `[{"flight":"A1"}]`,
			[]string{`1 gate: want`, `1 flight "X1" is not on the board`}},
		{"nothing else", `{"flight":"A1"}` + "\n" + `{"flight":"A2","gate":1}`, `{"flight":"A1"}`, []string{`2 gate: want`}},
	} {
		t.Run(c.reason, func(t *testing.T) {
			refused := 0
			bubble(t, web.Options{OpenDoor: true, Refused: func() { refused++ }}, func(s *site) {
				refused = 0
				s.append(1)
				before := logtest.Board(s.log)
				text := s.text(s.do("POST", "/flights", c.body))
				var answer struct {
					Errors []struct {
						Line  int
						Error string
					}
				}
				if err := json.Unmarshal([]byte(text), &answer); err != nil {
					t.Fatalf("%s: %v", text, err)
				}
				got := []string{}
				lines := map[int]bool{}
				for i, one := range answer.Errors {
					told := fmt.Sprintf("%d %s", one.Line, one.Error)
					if i < len(c.want) && strings.HasPrefix(told, c.want[i]) {
						told = c.want[i]
					}
					got = append(got, told)
					lines[one.Line] = true
				}
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(before, logtest.Board(s.log)); diff != "" {
					t.Errorf("the body was rejected, and altered the board:\n%s", diff)
				}
				if !strings.HasPrefix(c.body, "[") && refused != len(lines) {
					t.Errorf("%d lines are counted as rejected, %d are", refused, len(lines))
				}
				if answer := s.do("POST", "/flights", c.mended); answer.StatusCode != 200 {
					t.Errorf("mended: %s", s.text(answer))
				}
			})
		})
	}
}
