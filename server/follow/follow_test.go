package follow

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"flightboard/server/eventlog/logtest"
	"flightboard/server/eventstream"
	"flightboard/server/token"
	"flightboard/server/web"
)

// tree starts an origin and edges: two of the origin, and one of the first of them.
func tree(t *testing.T, options web.Options) (origin, left, right, leaf *node) {
	origin = &node{t: t, name: "origin", options: options}
	left = &node{t: t, name: "left", parent: origin}
	right = &node{t: t, name: "right", parent: origin}
	leaf = &node{t: t, name: "leaf", parent: left}
	for _, n := range []*node{origin, left, right, leaf} {
		n.start()
		t.Cleanup(n.end)
	}
	return origin, left, right, leaf
}

func TestEveryNodeServesTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		origin, left, right, leaf := tree(t, web.Options{
			Describe: func(now time.Time) web.Description {
				return web.Description{Airport: "JFK", Speed: 60, Time: time.Unix(60*now.Unix(), 0).UTC()}
			},
			Silent: func(now time.Time) []web.Silence {
				return []web.Silence{{Feed: "tower", Since: time.Unix(1, 0).UTC()}}
			},
		})
		old := logtest.Append(t, origin.log, logtest.Addition(1), logtest.Addition(2))
		time.Sleep(10 * time.Second)
		logtest.Append(t, origin.log, logtest.State(2, "landed"))
		time.Sleep(20 * time.Second)
		late := &node{t: t, name: "late", parent: leaf}
		late.start()
		t.Cleanup(late.end)
		time.Sleep(20 * time.Second)
		want := first(t, origin, "", 2)
		board := origin.get("/flights")
		for _, n := range []*node{left, right, leaf, late} {
			if diff := cmp.Diff(board, n.get("/flights")); diff != "" {
				t.Errorf("%s: GET /flights (-origin +%s)\n%s", n.name, n.name, diff)
			}
			if diff := cmp.Diff(want, first(t, n, "", 2)); diff != "" {
				t.Errorf("%s: a new viewer's events (-origin +%s)\n%s", n.name, n.name, diff)
			}
			if diff := cmp.Diff(first(t, origin, old.String(), 2), first(t, n, old.String(), 2)); diff != "" {
				t.Errorf("%s: a returning viewer's events (-origin +%s)\n%s", n.name, n.name, diff)
			}
			now := time.Now()
			if off := n.edge.Describe(now).Time.Sub(time.Unix(60*now.Unix(), 0)).Abs(); off > 2*time.Minute {
				t.Errorf("%s: its clock differs by %v from the origin's", n.name, off)
			}
			if got := n.get("/events?wait=0s&lastEventId=" + origin.log.Stats().Head.String()); !strings.Contains(got, "tower") {
				t.Errorf("%s: a heartbeat does not name the silent feed:\n%s", n.name, got)
			}
		}
	})
}

var clock = regexp.MustCompile(`"time":"[^"]*",?`)

// first returns the first events that a viewer gets. Heartbeats are left out: one more comes if the viewer has missed
// nothing yet, for example because the edge has just read its position and not what came after that.
func first(t *testing.T, n *node, lastEventID string, count int) (events []string) {
	t.Helper()
	stream, err := n.stream(lastEventID)
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Close()
	for e, err := range eventstream.Read(stream) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Type == "heartbeat" {
			continue
		}
		data := string(e.Data)
		if e.Type == "flightBoard" { // a clock that goes 60 times as fast, and may be a second old
			data = clock.ReplaceAllString(data, "")
		}
		if events = append(events, e.Type+" "+e.ID+" "+data); len(events) == count {
			break
		}
	}
	return events
}

func TestAPublisherReadsItsWriteAtAnEdge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		origin, _, _, leaf := tree(t, web.Options{Tokens: []token.Token{{Text: "a-token-of-16-letters"}}})
		time.Sleep(time.Second)
		post := func(token string) int {
			t.Helper()
			transport := leaf.transport()
			defer transport.CloseIdleConnections()
			request, _ := http.NewRequest(http.MethodPost, "http://leaf/flights", strings.NewReader(
				`{"flight":"LH400","origin":"Frankfurt","arrival":"10:00"}`))
			request.Header.Set("Authorization", "Bearer "+token)
			answer, err := (&http.Client{Transport: transport}).Do(request)
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			return answer.StatusCode
		}
		if status := post("another-token-of-letters"); status != http.StatusUnauthorized {
			t.Errorf("with a wrong token: status %d", status)
		}
		if status := post("a-token-of-16-letters"); status != http.StatusOK {
			t.Errorf("status %d", status)
		}
		if got := leaf.get("/flights"); !strings.Contains(got, "LH400") {
			t.Errorf("the edge has %s", got)
		}
		origin.unplug(true)
		if status := post("a-token-of-16-letters"); status != http.StatusServiceUnavailable {
			t.Errorf("with the origin away: status %d", status)
		}
	})
}

// Viewers of an edge stay while its origin is away, are told since when, and get what they missed.
func TestViewersStayWhileTheOriginIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		origin, _, _, leaf := tree(t, web.Options{})
		logtest.Append(t, origin.log, logtest.Addition(1))
		heard := time.Now().UTC().Truncate(time.Second)
		time.Sleep(2 * time.Second)
		stream, err := leaf.stream("")
		if err != nil {
			t.Fatal(err)
		}
		defer stream.Close()
		origin.unplug(true)
		got := make(chan string)
		go func() {
			defer close(got)
			for e, err := range eventstream.Read(stream) {
				if err != nil {
					return
				}
				got <- e.Type + " " + string(e.Data)
			}
		}()
		next := func() string {
			select {
			case e := <-got:
				return e
			case <-time.After(time.Minute):
				t.Fatal("no event for a minute")
				return ""
			}
		}
		if e := next(); !strings.HasPrefix(e, "flightSnapshot") {
			t.Errorf("first: %s", e)
		}
		since := `"silent":[{"feed":"origin","since":"` + heard.Format(time.RFC3339) + `"}]`
		for range 3 {
			if e := next(); strings.Contains(e, since) {
				since = ""
				break
			}
		}
		if since != "" {
			t.Errorf("three heartbeats do not say %s", since)
		}
		logtest.Append(t, origin.log, logtest.State(1, "landed"))
		origin.unplug(false)
		for {
			e := next()
			if strings.HasPrefix(e, "flightStateUpdate") {
				break
			}
			if !strings.HasPrefix(e, "heartbeat") {
				t.Fatalf("after the return: %s", e)
			}
		}
		time.Sleep(time.Minute)
		if e := next(); strings.Contains(e, "silent") {
			t.Errorf("a minute after the return: %s", e)
		}
		stream.Close()
		for range got {
		}
	})
}

// A viewer that comes from a node that is ahead resumes exactly.
func TestAViewerThatIsAheadWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		origin, left, _, leaf := tree(t, web.Options{})
		logtest.Append(t, origin.log, logtest.Addition(1))
		time.Sleep(time.Second)
		for away, want := range map[time.Duration]string{time.Second: "flightStateUpdate", time.Minute: "flightSnapshot"} {
			left.mu.Lock()
			left.slow = time.Now().Add(away)
			left.mu.Unlock()
			logtest.Append(t, origin.log, logtest.State(1, "before "+away.String())) // ends the read that waits already
			time.Sleep(50 * time.Millisecond)
			at := logtest.Append(t, origin.log, logtest.State(1, away.String()))
			logtest.Append(t, origin.log, logtest.State(1, "then "+away.String()))
			if got := first(t, leaf, at.String(), 1)[0]; !strings.HasPrefix(got, want) {
				t.Errorf("of an edge that is behind for %v it gets %s, want %s", away, got, want)
			}
			time.Sleep(2 * away)
		}
	})
}
