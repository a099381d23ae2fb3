package poll

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/feed"
	"flightboard/server/feed/source"
)

// A newsSource is a fakeSource with the time of its news, and with a word that its table lacks.
type newsSource struct {
	fakeSource
	updated func() time.Time
}

func (s *newsSource) Read(now time.Time, responses []*source.Response) (a source.Answer, err error) {
	a, err = s.fakeSource.Read(now, responses)
	a.Updated = s.updated()
	a.Unmapped = map[string]int{"RARE": 1, "OFTEN": 3}
	a.Complaints = []source.Complaint{{Place: "[7].sched", Err: fmt.Errorf("25:00 is no time; key %s", secret), Row: true}}
	return a, err
}

// TestStatus follows the state of a feed, and what it logs, through two troubles of two kinds.
func TestStatus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		mu.Lock()
		body, code, updated := good, 200, time.Time{}
		server := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			defer mu.Unlock()
			status(code, body)(w, r)
		})
		s := &newsSource{fakeSource{about: source.About{Airport: "ZRH", Zone: zurich, Credit: "Source: Us"},
			urls: []string{"http://api.test/"}, secret: http.Header{"Key": {secret}}}, func() time.Time {
			mu.Lock()
			defer mu.Unlock()
			return updated
		}}
		var heard []time.Time
		var rejected []feed.Rejections
		calls := 0
		pass := func(d time.Duration) { // meanwhile the feed and the server may write
			mu.Unlock()
			time.Sleep(d)
			mu.Lock()
		}
		began := time.Now()
		locked := func(f func()) {
			mu.Lock()
			defer mu.Unlock()
			f()
		}
		f := start(t, s, Options{Client: server.client,
			Heard:    func(news time.Time) { locked(func() { heard = append(heard, news) }) },
			Rejected: func(r feed.Rejections) { locked(func() { rejected = append(rejected, r) }) },
			Status:   func(Status) { locked(func() { calls++ }) }})
		defer func() {
			mu.Unlock()
			f.stop()
		}()

		pass(10 * time.Minute)
		is := f.Status()
		if !is.News.Equal(began) || is.Answered.Before(began.Add(8*time.Minute)) || is.Rows != 2 || is.Rejected != 1 ||
			is.Interval != time.Minute || !is.Next.After(time.Now()) || is.Trouble != "" || is.Quota != -1 {
			t.Errorf("the status is %+v", is)
		}
		if got := strings.Join(is.Reasons, "; "); got != "[7].sched: 25:00 is no time; key …" {
			t.Errorf("the reasons are %s", got)
		}
		if got := strings.Join(is.Unmapped, " "); got != "OFTEN RARE" {
			t.Errorf("the words are %s", got)
		}
		if len(heard) < 8 || len(rejected) != 1 || rejected[0].Rows != 1 || calls != len(heard) {
			t.Errorf("heard %d times, rejected %v, %d statuses", len(heard), rejected, calls)
		}
		if d := f.Describe(time.Now()); d.Airport != "ZRH" || d.Zone != zurich || len(d.Credit) != 1 {
			t.Errorf("Describe = %+v", d)
		}

		code = 500
		pass(30 * time.Minute)
		body, code = "<html>", 200
		pass(30 * time.Minute)
		code = 500
		pass(30 * time.Minute)
		answered, n := is.Answered, len(heard)
		if is = f.Status(); is.Trouble == "" || is.Answered.Sub(answered) > 2*time.Minute || is.Rows != 2 {
			t.Errorf("after 90 minutes of trouble the status is %+v", is)
		}
		updated = time.Now().Add(-time.Hour)
		body, code = `["LH1","LH2","LH3"]`, 200
		pass(20 * time.Minute)
		if is = f.Status(); !is.News.Equal(updated) || is.Rows != 3 || is.Trouble != "" {
			t.Errorf("after the trouble the status is %+v", is)
		}
		if len(heard) <= n || !heard[len(heard)-1].Equal(updated) {
			t.Errorf("heard of %v, want %v", heard[len(heard)-1], updated)
		}
		logged := f.logged.String()
		for text, want := range map[string]int{"gives no answer": 2, "answers again": 1, "BUMPED": 0, "word=OFTEN": 1,
			"is not as it should be": 1, secret: 0} {
			if n := strings.Count(logged, text); n != want {
				t.Errorf("%q is logged %d times, want %d:\n%s", text, n, want, logged)
			}
		}
		if text, _ := json.Marshal(is); strings.Contains(string(text), secret) {
			t.Errorf("the key comes to light: %s", text)
		}
	})
}
