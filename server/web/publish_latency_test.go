package web_test

import (
	"fmt"
	"testing"
	"time"

	"flightboard/server/web"
)

// A published change is sent at once. In a bubble time passes only while all goroutines wait, so a change that took no
// time waited for no timer. The first change after a pause waits for none, those of a burst for one tick at most.
func TestAPublishedChangeWaitsForNoTimer(t *testing.T) {
	bubble(t, web.Options{OpenDoor: true}, func(s *site) {
		s.append(1)
		var viewers []*watcher
		for _, path := range []string{"/events", "/events?batch", "/events"} {
			w := s.watch(path)
			w.event() // the board
			viewers = append(viewers, w)
		}
		time.Sleep(time.Second)
		for i, most := range []time.Duration{0, 6 * time.Millisecond, 6 * time.Millisecond} {
			published := time.Now()
			data := fmt.Sprintf(`{"flight":"LH1","gate":"%d"}`, i)
			if status, text := s.ask("POST", "/flights", data); status != 200 {
				t.Fatalf("POST = %d %s", status, text)
			}
			for n, w := range viewers {
				w.want("flightStateUpdate", data)
				if late := time.Since(published); late > most {
					t.Errorf("change %d is with viewer %d after %v, want at most %v", i, n, late, most)
				}
			}
		}
	})
}
