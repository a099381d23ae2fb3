package web_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/web"
)

// TestBoardIsDescribed at the start of each connection, and again when the recorded day changes, but not when only the
// clock goes on. The event has no ID, and is not an update of the board.
func TestBoardIsDescribed(t *testing.T) {
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(2023, 12, 20, 23, 59, 0, 0, newYork)
	var began time.Time
	options := web.Options{Describe: func(now time.Time) web.Description {
		at := start.Add(now.Sub(began)).Truncate(time.Second)
		return web.Description{Airport: "JFK", City: "New York", Direction: "arrivals", Zone: "America/New_York", Time: at,
			Speed: 60, Recording: at.Format(time.DateOnly), Credit: []string{"Made by hand & free"}}
	}}
	for _, over := range []bool{true, false} {
		options.NoTakeover = !over
		bubble(t, options, func(s *site) {
			began = time.Now()
			const rest = `","speed":60,"recording":"2023-12-20","credit":["Made by hand \u0026 free"]}`
			const first = `{"airport":"JFK","city":"New York","direction":"arrivals","zone":"America/New_York","time":"2023-12-`
			w := s.watch("/events")
			if e := w.want("flightBoard", first+"20T23:59:00-05:00"+rest); e.ID != "" {
				t.Errorf("the description has ID %s", e.ID)
			}
			snapshot := w.event()
			if snapshot.Type != "flightSnapshot" {
				t.Errorf("then comes %+v", snapshot)
			}
			for range 3 {
				if e := w.event(); e.Type != "heartbeat" {
					t.Errorf("%+v, want a heartbeat", e)
				}
			}
			resumed := s.watch("/events", "Last-Event-ID", snapshot.ID)
			resumed.want("flightBoard", first+"20T23:59:45-05:00"+rest)
			w.event() // a heartbeat, at midnight
			next := first + "21T00:00:00-05:00" + strings.Replace(rest, "-20", "-21", 1)
			if e := w.event(); e.Type != "flightBoard" || string(e.Data) != next {
				t.Errorf("at midnight %s %s, want flightBoard %s", e.Type, e.Data, next)
			}
			synctest.Wait()
		})
	}
}

func TestUnknownBoardIsNotDescribed(t *testing.T) {
	options := web.Options{Describe: func(time.Time) web.Description { return web.Description{} }}
	bubble(t, options, func(s *site) {
		if e := s.watch("/events").event(); e.Type != "flightSnapshot" {
			t.Errorf("the first event is %+v", e)
		}
		if text := s.text(s.do("GET", "/flights", "", "Accept", "text/plain")); !strings.HasPrefix(text, "ORIGIN") {
			t.Errorf("the board as text:\n%s", text)
		}
	})
}

func TestBoardAsTextSaysWhatItIs(t *testing.T) {
	options := web.Options{Describe: func(time.Time) web.Description {
		return web.Description{Airport: "JFK", City: "New York", Direction: "arrivals", Recording: "2023-12-20",
			Credit: []string{"Example Airports"}}
	}}
	bubble(t, options, func(s *site) {
		s.append(1)
		const want = "New York JFK arrivals; Recording of Wed 20 December 2023; Example Airports\nORIGIN "
		if text := s.text(s.do("GET", "/flights", "", "Accept", "text/plain")); !strings.HasPrefix(text, want) {
			t.Errorf("got\n%swant\n%s", text, want)
		}
	})
}
