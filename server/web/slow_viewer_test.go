package web_test

import (
	"compress/gzip"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flightboard/server/eventlog/logtest"
	"flightboard/server/eventstream"
	"flightboard/server/web"
	"flightboard/timetable"
)

// A slowConn reads a few bytes after each pause.
type slowConn struct {
	net.Conn
	bytes int
	pause func() time.Duration
}

func (c slowConn) Read(b []byte) (int, error) {
	time.Sleep(c.pause())
	return c.Conn.Read(b[:min(len(b), c.bytes)])
}

// A slowViewer keeps a board up to date over a slow line, and comes back when it is cut.
type slowViewer struct {
	*site
	query, coding string
	bytes         int
	pause         func() time.Duration

	board     timetable.Board
	last      string // the last event ID
	opened    int    // connections
	fresh     int    // those without a last event ID
	snapshots int
}

// follow reads until over returns true after an event, or the viewer is cut.
func (v *slowViewer) follow(over func() bool) {
	v.Helper()
	if v.opened++; v.opened > 50 {
		v.Fatalf("still cut, with the last event %s\n%s", v.last, v.logs)
	}
	headers := []string{"Accept-Encoding", v.coding}
	if v.last == "" {
		v.fresh++
	} else {
		headers = append(headers, "Last-Event-ID", v.last)
	}
	network, client := v.network, v.client
	defer func() { v.client = client }()
	v.client = &http.Client{Transport: &http.Transport{DisableCompression: true, DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			conn, err := network.Dial(ctx, "", "")
			if c, ok := conn.(*tls.Conn); ok { // the line is slow, below TLS
				c = tls.Client(slowConn{c.NetConn(), v.bytes, v.pause}, anyName)
				return c, c.Handshake() // later, several goroutines would wait for it by a mutex, and the clock stand still
			}
			return slowConn{conn, v.bytes, v.pause}, err
		}}}
	answer := v.do("GET", "/events"+v.query, "", headers...)
	if answer.StatusCode != http.StatusOK {
		v.Fatalf("GET /events = %s", answer.Status)
	}
	defer answer.Body.Close()
	var body io.Reader = answer.Body
	if answer.Header.Get("Content-Encoding") == "gzip" {
		unpacked, err := gzip.NewReader(body)
		if err != nil {
			return
		}
		body = unpacked
	}
	for e, err := range eventstream.Read(body) {
		if err != nil {
			return
		}
		v.apply(e)
		if over() {
			return
		}
	}
}

// apply applies an event, which has to be the one after the last.
func (v *slowViewer) apply(e eventstream.Event) {
	v.Helper()
	data := string(e.Data)
	switch e.Type {
	case "heartbeat":
		return
	case "flightSnapshot":
		v.snapshots++
	case "flightChanges":
	default:
		before, _ := strconv.ParseInt(v.last, 10, 64)
		if now, _ := strconv.ParseInt(e.ID, 10, 64); now != before+1 {
			v.Fatalf("event %s comes after %s", e.ID, v.last)
		}
	}
	lines := []string{data}
	kind, known := timetable.KindOf(e.Type)
	if e.Type == "flightChanges" {
		lines = strings.Split(data, "\n")
	} else if !known {
		v.Fatalf("an event of type %q", e.Type)
	}
	for _, line := range lines {
		var c timetable.Change
		err := c.Decode(kind, line)
		if e.Type == "flightChanges" {
			err = c.DecodeLine(line)
		}
		if err != nil {
			v.Fatalf("%s: %v", line, err)
		}
		v.board.Apply(&c)
	}
	v.last = e.ID
}

// A viewer that reads steadily, however slowly, has the board in the end, and is never cut. One that stops for longer
// than ten seconds is cut, and resumes behind the last event that it has read.
func TestASlowViewerHasTheBoardInTheEnd(t *testing.T) {
	steadily := func(pause time.Duration) func(*rand.Rand) func() time.Duration {
		return func(*rand.Rand) func() time.Duration { return func() time.Duration { return pause } }
	}
	stopping := func(random *rand.Rand) func() time.Duration {
		return func() time.Duration {
			if random.IntN(20) == 0 {
				return time.Minute
			}
			return time.Second
		}
	}
	for _, c := range []struct {
		reason, query, coding string
		bytes                 int
		pause                 func(*rand.Rand) func() time.Duration
		rate                  int // changes a second
		cut                   bool
	}{
		{"a kilobyte a second", "", "", 1000, steadily(time.Second), 2, false},
		{"in batches", "?batch", "", 1000, steadily(time.Second), 2, false},
		{"compressed", "", "gzip", 200, steadily(time.Second), 2, false},
		{"compressed, in batches", "?batch", "gzip", 200, steadily(time.Second), 2, false},
		{"a pause of five seconds behind every four kilobytes", "", "", 4000, steadily(5 * time.Second), 2, false},
		{"of nine seconds", "?batch", "", 4000, steadily(9 * time.Second), 2, false},
		{"a byte a second of a board of one flight", "", "", 1, steadily(time.Second), 0, false},
		{"more changes than it can read", "", "", 1000, steadily(time.Second), 40, false},
		{"in batches, too", "?batch", "gzip", 250, steadily(time.Second), 40, false},
		{"it stops now and then", "", "", 4000, stopping, 5, true},
		{"compressed, too", "?batch", "gzip", 300, stopping, 5, true},
	} {
		t.Run(c.reason, func(t *testing.T) {
			bubble(t, web.Options{}, func(s *site) {
				random := rand.New(rand.NewPCG(6, 6))
				flights := 1 + 299*min(1, c.rate)
				if c.cut { // a replay must be smaller than a snapshot
					flights = 1000
				}
				var last string
				for n := range flights {
					last = s.append(n).String()
				}
				v := &slowViewer{site: s, query: c.query, coding: c.coding, bytes: c.bytes,
					pause: c.pause(rand.New(rand.NewPCG(6, 7)))}
				done := make(chan bool)
				go func() { // changes for two minutes
					defer close(done)
					for range 120 * c.rate {
						time.Sleep(time.Second / time.Duration(c.rate))
						gate := fmt.Sprint("B", random.IntN(1000))
						f := timetable.Flight{Number: logtest.Flight(random.IntN(flights)).Number, Gate: gate}
						change := timetable.Change{Kind: timetable.KindUpdate, Flight: f, Named: f.Filled()}
						last = logtest.Append(s.T, s.log, change).String()
					}
				}()
				over := func() bool { return closed(done) && v.last == last }
				for !over() {
					v.follow(over)
				}
				if diff := cmp.Diff(logtest.Board(s.log), v.board.Snapshot().Board); diff != "" {
					t.Errorf("the viewer's board (-want +got):\n%s", diff)
				}
				if cut := v.opened > 1; cut != c.cut || v.snapshots != v.fresh {
					t.Errorf("%d connections, %d without an ID, and %d snapshots; want it cut: %t\n%s", v.opened, v.fresh,
						v.snapshots, c.cut, s.logs)
				}
			})
		})
	}
}

func closed(done <-chan bool) bool {
	select {
	case <-done:
		return true
	default:
		return false
	}
}
