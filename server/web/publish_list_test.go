package web_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flightboard/server/web"
)

func TestPublishingAnArray(t *testing.T) {
	for _, c := range []struct {
		reason, body string
		status       int
		answer       string
		numbers      []string
	}{
		{"an array is as good as lines", "[{\"flight\":\"BA2\"},\n{\"flight\":\"BA2\",\"gate\":\"A1\"}]", 200,
			`{"position":946684800000003,"changes":2,"understood":[` +
				`{"line":1,"event":"flightAddition","data":{"flight":"BA2"}},` +
				`{"line":2,"event":"flightStateUpdate","data":{"flight":"BA2","gate":"A1"}}]}`, []string{"LH1", "BA2"}},
		{"one bad element refuses all", `[{"flight":"BA2"},{"flight":"BA3","gaet":"A1"}]`, 422,
			`{"errors":[{"line":1,"field":"gaet","error":"unknown field \"gaet\", at byte 42"}]}`, []string{"LH1"}},
		{"an empty array is no change", "[]", 422, `{"errors":[{"line":1,"error":"the body holds no change"}]}`,
			[]string{"LH1"}},
		{"an array may be one long line", "[" + strings.Repeat(`{"flight":"LH1"},`, 5000) +
			`{"flight":"LH1","gaet":"A1"}]`, 422,
			`{"errors":[{"line":1,"field":"gaet","error":"unknown field \"gaet\", at byte 85025"}]}`, []string{"LH1"}},
	} {
		t.Run(c.reason, func(t *testing.T) {
			bubble(t, web.Options{OpenDoor: true}, func(s *site) {
				s.append(1)
				if status, text := s.ask("POST", "/flights", c.body); status != c.status || text != c.answer {
					t.Errorf("got %d %s\nwant %d %s", status, text, c.status, c.answer)
				}
				if diff := cmp.Diff(c.numbers, s.numbers()); diff != "" {
					t.Errorf("the board afterwards (-want +got):\n%s", diff)
				}
			})
		})
	}
}
