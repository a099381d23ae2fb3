package poll

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/feed"
	"flightboard/server/feed/source"
	"flightboard/server/web/memnet"
	"flightboard/timetable"
)

// secret is the key of all fakes. It must come to light nowhere.
const secret = "s3cr3t+k/y=="

// A fakeSource is a source whose answers are arrays of flight numbers in JSON.
type fakeSource struct {
	about  source.About
	urls   []string
	header http.Header
	secret http.Header
	query  url.Values
	body   string
	fails  error // of Requests
}

func (f *fakeSource) About() source.About { return f.about }

func (f *fakeSource) Requests(time.Time) (requests []source.Request, err error) {
	for _, text := range f.urls {
		u, err := url.Parse(text)
		if err != nil {
			return nil, err
		}
		requests = append(requests,
			source.Request{URL: u, Header: f.header, Secret: f.secret, Query: f.query, Body: f.body})
	}
	return requests, f.fails
}

func (f *fakeSource) Next(r *source.Response) (*source.Request, error) {
	link := r.Header.Get("Next")
	if link == "" {
		return nil, nil
	}
	next := *r.Request
	var err error
	next.URL, err = r.Request.URL.Parse(link)
	return &next, err
}

func (f *fakeSource) Read(now time.Time, responses []*source.Response) (a source.Answer, err error) {
	for _, r := range responses {
		if bytes.HasPrefix(r.Body, []byte("<")) {
			return a, fmt.Errorf("the answer is a page of HTML: %.40s", r.Body)
		}
		var numbers []string
		if err := json.Unmarshal(r.Body, &numbers); err != nil {
			return a, err
		}
		for _, n := range numbers {
			row := source.Row{Flight: timetable.Flight{Number: n, State: "expected"}}
			row.Arrival = source.Time{Text: "x", At: now.Truncate(24 * time.Hour).Add(36 * time.Hour)}
			a.Rows = append(a.Rows, row)
		}
	}
	return a, nil
}

// A fakeServer serves a source over connections in memory. Its client thinks that https is encrypted.
type fakeServer struct {
	mu     sync.Mutex
	asked  []time.Time
	seen   []*http.Request
	bodies []string
	client *http.Client
}

func serve(t *testing.T, handle func(n int, w http.ResponseWriter, r *http.Request)) *fakeServer {
	t.Helper()
	s := &fakeServer{}
	var answering sync.WaitGroup
	listener := memnet.Listen(1 << 20)
	server := &http.Server{ErrorLog: log.New(io.Discard, "", 0), Handler: http.HandlerFunc(
		func(w http.ResponseWriter, r *http.Request) {
			answering.Add(1)
			defer answering.Done()
			body, _ := io.ReadAll(r.Body)
			s.mu.Lock()
			s.asked, s.seen = append(s.asked, time.Now()), append(s.seen, r)
			s.bodies = append(s.bodies, string(body))
			n := len(s.asked) - 1
			s.mu.Unlock()
			handle(n, w, r)
		})}
	go server.Serve(listener)
	dial := func(ctx context.Context, network, addr string) (net.Conn, error) {
		if addr == "down.test:80" {
			return nil, &net.OpError{Op: "dial", Net: network, Err: errors.New("connection refused")}
		}
		return listener.Dial(ctx, network, addr)
	}
	transport := &http.Transport{DialContext: dial, DialTLSContext: dial, DisableKeepAlives: true}
	s.client = &http.Client{Transport: transport}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		server.Close()
		listener.Close()
		answering.Wait() // also for answers that never end, which notice it a second later
		synctest.Wait()
	})
	return s
}

func (s *fakeServer) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.asked)
}

// gaps returns the times between the requests.
func (s *fakeServer) gaps() (gaps []time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := 1; i < len(s.asked); i++ {
		gaps = append(gaps, s.asked[i].Sub(s.asked[i-1]))
	}
	return gaps
}

// A run is a feed that runs until stop is called.
type run struct {
	*Feed
	log    *eventlog.Log
	logged *bytes.Buffer
	stop   func()
}

func start(t *testing.T, s source.Source, o Options) *run {
	t.Helper()
	r := &run{log: eventlog.New(eventlog.Options{}), logged: &bytes.Buffer{}}
	o.Logger = slog.New(slog.NewTextHandler(r.logged, nil))
	r.Feed = New("test", s, o)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx, feed.Log(r.log)) }()
	r.stop = func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run = %v", err)
		}
	}
	return r
}
