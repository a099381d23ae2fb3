package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// An attack is what one client, or a faulty publisher, does to a server until ctx is done.
type attack struct {
	name      string
	logUnread bool // the server's log is not read
	run       func(ctx context.Context, s *attackClient)

	stranger bool          // it comes from an address for which limits count, and not from this machine's own
	want     string        // what the attacker has to report, after so long
	after    time.Duration // 0: always
}

const (
	attackPrefix = "attack:"
	attackers    = 10_000 // connections at once, at most
	requests     = 50_000
)

var attacks = []attack{
	{name: "none", run: func(ctx context.Context, _ *attackClient) { <-ctx.Done() }},
	{name: "names", run: func(ctx context.Context, s *attackClient) { // of files that a cache might keep
		s.workers(ctx, 4, func(n int) error { return s.get(ctx, "/built/app.wasm"+strings.Repeat(".gz", 1+n%600), "gzip") })
	}},
	{name: "documents", run: func(ctx context.Context, s *attackClient) {
		paths := []string{"/flights", "/"}
		s.workers(ctx, 32, func(n int) error { return s.get(ctx, paths[n%2], []string{"", "gzip"}[n/2%2]) })
	}},
	{name: "documents-unread", run: func(ctx context.Context, s *attackClient) {
		s.workers(ctx, 200, func(int) error { return s.ask(ctx, "GET /flights HTTP/1.1\r\nHost: localhost\r\n\r\n", 0) })
	}},
	{name: "streams-unread", run: func(ctx context.Context, s *attackClient) {
		s.workers(ctx, 200, func(int) error { return s.ask(ctx, "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n", 0) })
	}},
	{name: "arrivals", run: func(ctx context.Context, s *attackClient) { s.arrive(ctx) }},
	{name: "log-unread", logUnread: true, run: func(ctx context.Context, s *attackClient) { s.arrive(ctx) }},
	{name: "replays", run: func(ctx context.Context, s *attackClient) { // each from an ID of its own
		head := s.head(ctx)
		s.workers(ctx, 32, func(n int) error {
			short, leave := context.WithTimeout(ctx, 50*time.Millisecond)
			defer leave()
			return s.do(short, "GET", "/events?lastEventId="+strconv.Itoa(head-n%5000), "", "Accept-Encoding", "gzip")
		})
	}},
	{name: "lines", run: func(ctx context.Context, s *attackClient) { // a megabyte of them, none of which is a change
		body := strings.Repeat("{}\n", 1<<20/3)
		s.workers(ctx, 4, func(int) error { return s.publish(ctx, body) })
	}},
	{name: "codeshares", run: func(ctx context.Context, s *attackClient) {
		body := `{"flight":"XX1","origin":"X","arrival":"12:00","codeshares":["A"` + strings.Repeat(`,"A"`, 250_000) + `]}`
		s.workers(ctx, 4, func(int) error { return s.publish(ctx, body) })
	}},
	{name: "no-token", run: func(ctx context.Context, s *attackClient) {
		s.workers(ctx, 32, func(int) error { return s.do(ctx, "POST", "/flights", `{"flight":"XX1"}`) })
	}},
	{name: "slow-heads", run: func(ctx context.Context, s *attackClient) {
		s.workers(ctx, 3000, func(int) error { return s.ask(ctx, "GET / HTTP/1.1\r\nHost: localhost\r\nX-A: ", 'a') })
	}},
	{name: "slow-bodies", run: func(ctx context.Context, s *attackClient) {
		s.workers(ctx, 1500, func(int) error {
			return s.ask(ctx, "POST /flights HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n", ' ')
		})
	}},
	{name: "resets", run: func(ctx context.Context, s *attackClient) { // streams of HTTP/2 that are asked for and given up
		only := new(http.Protocols)
		only.SetUnencryptedHTTP2(true)
		s.client.Transport = &http.Transport{Protocols: only}
		s.workers(ctx, 64, func(int) error {
			short, leave := context.WithTimeout(ctx, time.Millisecond)
			defer leave()
			return s.do(short, "GET", "/events", "")
		})
	}},
	{name: "flood", stranger: true, want: "429", after: 5 * time.Second,
		run: func(ctx context.Context, s *attackClient) {
			s.workers(ctx, 32, func(int) error { return s.get(ctx, "/flights", "") })
		}},
	{name: "idle-connections", stranger: true, want: "cut", after: time.Second,
		run: func(ctx context.Context, s *attackClient) {
			s.workers(ctx, attackers, func(int) error { return s.linger(ctx, "") })
		}},
	{name: "used-connections", stranger: true, want: "cut", after: time.Second,
		run: func(ctx context.Context, s *attackClient) {
			s.workers(ctx, 1000, func(int) error { return s.linger(ctx, "GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n") })
		}},
	{name: "header-bombs", stranger: true, want: "cut", after: time.Second,
		run: func(ctx context.Context, s *attackClient) {
			bomb := "GET / HTTP/1.1\r\nHost: localhost\r\n" + strings.Repeat("X-A: "+strings.Repeat("a", 1000)+"\r\n", 1000)
			s.workers(ctx, 32, func(int) error { return s.ask(ctx, bomb, 'a') })
		}},
	{name: "rapid-resets", stranger: true, want: "cut", after: 5 * time.Second,
		run: func(ctx context.Context, s *attackClient) {
			s.workers(ctx, 8, func(int) error { return s.rapidResets(ctx) })
		}},
	{name: "continuations", stranger: true, want: "cut", after: time.Second,
		run: func(ctx context.Context, s *attackClient) {
			s.workers(ctx, 8, func(int) error { return s.continuations(ctx) })
		}},
	{name: "many-streams", stranger: true, want: "reset", after: time.Second,
		run: func(ctx context.Context, s *attackClient) {
			s.workers(ctx, 8, func(int) error { return s.streams(ctx, "/events", 250, math.MaxInt32) })
		}},
	{name: "zero-window", stranger: true, want: "reset", after: 12 * time.Second,
		run: func(ctx context.Context, s *attackClient) {
			s.workers(ctx, 8, func(int) error { return s.streams(ctx, "/flights", 100, 0) })
		}},
}

// An attackClient sends the requests of one attack and counts them.
type attackClient struct {
	host      string
	dialer    net.Dialer
	client    http.Client
	asked     atomic.Int64
	cut       atomic.Int64 // connections that the server has ended
	reset     atomic.Int64 // streams of HTTP/2 that the server has ended
	mu        sync.Mutex
	responses map[int]int // by status
}

func attackMain(name string, args []string, out io.Writer) error {
	for _, a := range attacks {
		if a.name != name {
			continue
		}
		length, err := time.ParseDuration(args[1])
		if err != nil {
			return err
		}
		beNice()
		s := &attackClient{host: args[0], responses: map[int]int{}}
		if a.stranger && runtime.GOOS == "linux" { // elsewhere machines have one loopback address
			s.dialer.LocalAddr = &net.TCPAddr{IP: net.IPv4(127, 0, 0, 66)}
		}
		s.client.Transport = &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 64,
			DialContext: s.dialer.DialContext}
		ctx, end := context.WithTimeout(context.Background(), length)
		defer end()
		go func() { io.Copy(io.Discard, os.Stdin); end() }() // it ends with the process that started it
		a.run(ctx, s)
		fmt.Fprint(out, s)
		return nil
	}
	return fmt.Errorf("no attack is called %q", name)
}

// String returns the number of requests and of the responses by status.
func (s *attackClient) String() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%d requests", s.asked.Load())
	s.mu.Lock()
	defer s.mu.Unlock()
	for status := range 600 {
		if n := s.responses[status]; n > 0 {
			fmt.Fprintf(&text, ", %d × %d", n, status)
		}
	}
	if n := s.cut.Load(); n > 0 {
		fmt.Fprintf(&text, ", %d cut", n)
	}
	if n := s.reset.Load(); n > 0 {
		fmt.Fprintf(&text, ", %d reset", n)
	}
	return text.String()
}

// workers calls ask again and again, n at a time, until ctx is done or the number of requests has reached its bound.
func (s *attackClient) workers(ctx context.Context, n int, ask func(number int) error) {
	var all sync.WaitGroup
	for range n {
		all.Go(func() {
			for ctx.Err() == nil {
				number := s.asked.Add(1) - 1
				if number >= requests {
					s.asked.Add(-1)
					return
				}
				if err := ask(int(number)); err != nil && ctx.Err() == nil {
					time.Sleep(time.Millisecond) // a server that refuses connections is not asked faster than others
				}
			}
		})
	}
	all.Wait()
}

func (s *attackClient) get(ctx context.Context, path, coding string) error {
	return s.do(ctx, "GET", path, "", "Accept-Encoding", coding)
}

func (s *attackClient) publish(ctx context.Context, body string) error {
	return s.do(ctx, "POST", "/flights", body, "Authorization", "Bearer "+publishToken)
}

// do sends a request and reads the response to its end.
func (s *attackClient) do(ctx context.Context, method, path, body string, header ...string) error {
	r, err := http.NewRequestWithContext(ctx, method, "http://"+s.host+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	for i := 0; i < len(header); i += 2 {
		if header[i+1] != "" {
			r.Header.Set(header[i], header[i+1])
		}
	}
	response, err := s.client.Do(r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	s.mu.Lock()
	s.responses[response.StatusCode]++
	s.mu.Unlock()
	_, err = io.Copy(io.Discard, response.Body)
	return err
}

// ask sends a request that may be incomplete, reads nothing, and adds a byte a second unless it is 0. It returns when
// the server has cut the connection, or ctx is done.
func (s *attackClient) ask(ctx context.Context, request string, more byte) error {
	c, err := s.dialer.DialContext(ctx, "tcp", s.host)
	if err != nil {
		return err
	}
	defer c.Close()
	stop := context.AfterFunc(ctx, func() { c.Close() })
	defer stop()
	c.(*net.TCPConn).SetReadBuffer(4 << 10)
	_, err = io.WriteString(c, request)
	for err == nil {
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
			return nil
		}
		b := []byte{more}
		if more == 0 {
			b = []byte("\r\n") // shows whether the connection is still there
		}
		_, err = c.Write(b)
	}
	if !errors.Is(err, net.ErrClosed) {
		s.cut.Add(1)
	}
	return err
}

// linger sends a request, or nothing, and reads until the server has cut the connection, or ctx is done. It returns a
// while after a cut.
func (s *attackClient) linger(ctx context.Context, request string) error {
	c, err := s.dialer.DialContext(ctx, "tcp", s.host)
	if err != nil {
		return err
	}
	defer c.Close()
	stop := context.AfterFunc(ctx, func() { c.Close() })
	defer stop()
	io.WriteString(c, request)
	if _, err = io.Copy(io.Discard, c); ctx.Err() == nil {
		s.cut.Add(1)
		select {
		case <-time.After(5 * time.Second):
		case <-ctx.Done():
		}
	}
	return err
}

// arrive lets viewers come and go.
func (s *attackClient) arrive(ctx context.Context) {
	request := []byte("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
	s.workers(ctx, 32, func(int) error {
		c, err := new(net.Dialer).DialContext(ctx, "tcp", s.host)
		if err != nil {
			return err
		}
		defer c.Close()
		c.(*net.TCPConn).SetLinger(0) // leaves no port in TIME_WAIT
		c.SetDeadline(time.Now().Add(time.Second))
		c.Write(request)
		_, err = c.Read(make([]byte, 64))
		return err
	})
}

// head is the position of the board.
func (s *attackClient) head(ctx context.Context) int {
	r, err := http.NewRequestWithContext(ctx, "HEAD", "http://"+s.host+"/flights", bytes.NewReader(nil))
	if err != nil {
		return 0
	}
	response, err := s.client.Do(r)
	if err != nil {
		return 0
	}
	response.Body.Close()
	at, _ := strconv.Atoi(response.Header.Get("Last-Event-ID"))
	return at
}
