package web_test

import (
	"strings"
	"testing"
	"time"

	"flightboard/server/web"
	"flightboard/www"
)

// The board's clock, which is a recording's, decides what today is: in the text and in the page's HTML.
func TestTheFirstFlightOfTomorrowHasTheDate(t *testing.T) {
	options := web.Options{OpenDoor: true, Page: www.Files, Describe: func(time.Time) web.Description {
		return web.Description{Time: time.Date(2023, 12, 20, 23, 0, 0, 0, time.UTC), Recording: "2023-12-20", Speed: 60}
	}}
	bubble(t, options, func(s *site) {
		s.text(s.do("POST", "/flights", `{"flight":"A1","arrival":"2023-12-20T23:50:00Z"}
{"flight":"B2","arrival":"2023-12-21T00:10:00Z"}
{"flight":"C3","arrival":"2023-12-21T00:20:00Z"}`, "Content-Type", "application/x-ndjson"))
		const want = `Recording of Wed 20 December 2023, 60 times as fast
ORIGIN  FLIGHT  ARRIVAL   STATE
        A1      23:50
Thursday 21 December
        B2      00:10 +1
        C3      00:20 +1
`
		if text := s.text(s.do("GET", "/flights", "", "Accept", "text/plain")); text != want {
			t.Errorf("got\n%swant\n%s", text, want)
		}
		page := s.text(s.do("GET", "/", ""))
		const row = `<tr data-flight="B2" data-begins="Thursday 21 December"><td data-col="origin" data-begins="Th`
		if n := strings.Count(page, "data-begins="); n != 2 || !strings.Contains(page, row) {
			t.Errorf("the page has %d attributes with dates: %s", n, page)
		}
		if !strings.Contains(page, `<p id="recording">Recording of Wed 20 December 2023, 60 times as fast</p>`) {
			t.Error("the page does not say that it is a recording")
		}
	})
}
