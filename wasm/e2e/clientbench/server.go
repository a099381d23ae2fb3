package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/web"
	"flightboard/timetable"
)

// A server is the server that ships, with its own page and log, in this process. It counts the bytes that it sends.
type server struct {
	url    string
	log    *eventlog.Log
	http   *http.Server
	stop   context.CancelFunc
	random *rand.Rand
	keys   []string

	mu   sync.Mutex
	sent map[string]int // bytes of bodies by path, without the stream
}

func newServer(page fs.FS, flights int) (*server, error) {
	s := &server{log: eventlog.New(eventlog.Options{}), random: rand.New(rand.NewPCG(1, 2)), sent: make(map[string]int)}
	if err := s.fill(flights); err != nil {
		return nil, err
	}
	handler := web.New(s.log, web.Options{Page: page})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s.url = "http://" + listener.Addr().String() + "/"
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	s.http = &http.Server{Handler: s.count(handler), ConnContext: handler.ConnContext, ReadHeaderTimeout: 10 * time.Second}
	go handler.Run(ctx)
	go s.http.Serve(listener) // until close
	return s, nil
}

func (s *server) close() {
	s.stop()
	s.http.Close()
	s.log.Close()
}

var (
	origins = []string{"London", "Berlin", "New York", "Buenos Aires", "Rome", "Tokyo", "São Paulo", "Paris", "Zürich",
		"Reykjavík"}
	states = []string{"expected", "en route", "approaching", "landed", "delayed", "on belt 4", "arrived"}
)

// fill puts flights on the board, eight seconds apart, and the flight PROBE before them.
func (s *server) fill(flights int) error {
	first := time.Now().UTC().Truncate(24 * time.Hour).Add(6 * time.Hour) // of today, so that no cell tells a day
	board := []timetable.Flight{{Number: "PROBE", Origin: "Here", Arrival: first.Format(time.RFC3339), State: "expected"}}
	for i := range flights - 1 {
		f := timetable.Flight{
			Number:  fmt.Sprintf("FB%05d", i),
			Origin:  origins[i%len(origins)],
			Arrival: first.Add(time.Duration(i+1) * 8 * time.Second).Format(time.RFC3339),
			State:   states[i%len(states)],
		}
		s.keys = append(s.keys, f.Number)
		board = append(board, f)
	}
	_, err := s.log.Append(context.Background(), timetable.Change{Kind: timetable.KindReplace, Board: board})
	return err
}

// publish appends perSecond changes a second until ctx is done, and returns their number. Twenty times a second it
// writes the time into the state of the flight PROBE.
func (s *server) publish(ctx context.Context, perSecond int) (changes int, err error) {
	const pace = 5 * time.Millisecond
	ticker := time.NewTicker(pace)
	defer ticker.Stop()
	began, probed := time.Now(), time.Time{}
	var batch []timetable.Change
	for {
		select {
		case <-ctx.Done():
			return changes, nil
		case <-ticker.C:
		}
		due := min(int(time.Since(began).Seconds()*float64(perSecond))-changes, perSecond/20+1)
		batch = batch[:0]
		for range max(0, due) {
			batch = append(batch, update(s.keys[s.random.IntN(len(s.keys))], states[s.random.IntN(len(states))]))
		}
		changes += len(batch)
		if now := time.Now(); now.Sub(probed) >= 50*time.Millisecond {
			probed = now
			batch = append(batch, update("PROBE", fmt.Sprintf("t%.3f", float64(now.UnixMicro())/1000)))
		}
		if len(batch) > 0 {
			if _, err := s.log.Append(context.Background(), batch...); err != nil {
				return changes, err
			}
		}
	}
}

func update(key, state string) timetable.Change {
	return timetable.Change{Kind: timetable.KindUpdate, Flight: timetable.Flight{Number: key, State: state},
		Named: timetable.FieldNumber.Bit() | timetable.FieldState.Bit()}
}

// count counts the bytes of all bodies except the stream's, whose connection is taken over.
func (s *server) count(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/events") {
			next.ServeHTTP(w, r)
			return
		}
		c := &counter{ResponseWriter: w}
		next.ServeHTTP(c, r)
		s.mu.Lock()
		s.sent[r.URL.Path] += c.bytes
		s.mu.Unlock()
	})
}

// take returns the bytes sent since the last take.
func (s *server) take() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	sent := s.sent
	s.sent = make(map[string]int)
	return sent
}

type counter struct {
	http.ResponseWriter
	bytes int
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.ResponseWriter.Write(p)
	c.bytes += n
	return n, err
}

// ReadFrom hides the underlying writer's ReadFrom, whose bytes would not be counted.
func (c *counter) ReadFrom(r io.Reader) (int64, error) {
	return io.Copy(struct{ io.Writer }{c}, r)
}

func (c *counter) Unwrap() http.ResponseWriter { return c.ResponseWriter }
