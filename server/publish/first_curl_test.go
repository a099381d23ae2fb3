package publish

import (
	"os"
	"regexp"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/feed"
)

// The README's first curl shows its flight on the first page of the recording, whatever its clock is: few flights come
// in the hours before the arrival of the example, and later it is past.
func TestTheReadmesCurlIsOnTheFirstPage(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	curl := regexp.MustCompile(`curl -d '(.*)' localhost:5000/flights`).FindSubmatch(text)
	if curl == nil {
		t.Fatal("the README has no curl that publishes a flight")
	}
	const page = 20
	synctest.Test(t, func(t *testing.T) {
		replay, err := feed.NewReplay(feed.ReplayOptions{Speed: 3600})
		if err != nil {
			t.Fatal(err)
		}
		d := newDatedBoard(nil, replay)
		d.run(t)
		for range 31 * 24 * 6 { // every ten minutes of the month
			d.post(t, string(curl[1]))
			if at := d.place("LH400"); at < 0 || at >= page {
				t.Errorf("at %v the flight is row %d", replay.Clock(time.Now()).In(replay.Zone()), at+1)
			}
			d.post(t, `{"event":"flightRemoval","data":{"flight":"LH400"}}`)
			time.Sleep(time.Second / 6)
		}
	})
}
