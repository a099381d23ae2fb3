package serve

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/web"
	"flightboard/timetable"
)

var (
	streams  = flag.Int("streams", 2000, "how many streams TestTheDrainSpreadsManyStreams lets go")
	connects = flag.Int("connects", 2500, "how often TestConnectionsLeaveNothingBehind connects at each stage")
)

// A stand is a site on a real socket, for as long as a test wants it.
type stand struct {
	*testing.T
	addr string
	log  *eventlog.Log
	head atomic.Uint64 // the position of what was appended last, or nearly
	tally
	end  context.CancelFunc
	done chan struct{}
}

// tally counts the server's log lines about viewers. It is a log's handler.
type tally struct{ arrived, left atomic.Int64 }

func (c *tally) Enabled(context.Context, slog.Level) bool { return true }
func (c *tally) WithAttrs([]slog.Attr) slog.Handler       { return c }
func (c *tally) WithGroup(string) slog.Handler            { return c }
func (c *tally) Handle(_ context.Context, r slog.Record) error {
	switch r.Message {
	case "viewer arrives":
		c.arrived.Add(1)
	case "viewer leaves":
		c.left.Add(1)
	}
	return nil
}

// tight accepts connections whose buffers hold little, so that a snapshot does not go into them at once. When they are
// hidden they do not look like sockets, and their viewers are driven by their handlers.
type tight struct {
	net.Listener
	hidden bool
}

func (l tight) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	c.(*net.TCPConn).SetWriteBuffer(4 << 10)
	if l.hidden {
		return struct{ net.Conn }{c}, nil
	}
	return c, nil
}

func newStand(t *testing.T, drain time.Duration, hidden bool) *stand {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &stand{T: t, addr: listener.Addr().String(), log: eventlog.New(eventlog.Options{}), done: make(chan struct{})}
	logger := slog.New(&s.tally)
	// If the kernel does not report that a viewer has left, the next write does.
	face := web.New(s.log, web.Options{Heartbeat: time.Second, Log: logger})
	server := &Server{Handler: face, Feeds: func(ctx context.Context) { <-ctx.Done() }, Drain: drain, Logger: logger}
	ctx, end := context.WithCancel(t.Context())
	s.end = end
	go func() {
		defer close(s.done)
		if err := server.Serve(ctx, tight{listener, hidden}); err != nil {
			t.Errorf("serve = %v", err)
		}
	}()
	t.Cleanup(func() { s.end(); <-s.done })
	return s
}

// dial connects, with a small buffer too.
func (s *stand) dial() net.Conn {
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		s.Error(err)
		return nil
	}
	c.(*net.TCPConn).SetReadBuffer(4 << 10)
	return c
}

// watch asks for the stream and reads up to the first line that begins with the text, which may be in the head. The
// connection is nil when that has failed.
func (s *stand) watch(path, until string) (net.Conn, *bufio.Reader) {
	c := s.dial()
	if c == nil {
		return nil, nil
	}
	fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", path)
	lines := bufio.NewReaderSize(c, 512)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			s.Errorf("GET %s ended before a line %q: %v", path, until, err)
			c.Close()
			return nil, nil
		}
		if strings.HasPrefix(line, until) {
			return c, lines
		}
	}
}

// each calls f for all numbers below n, from several goroutines.
func each(n int, f func(i int)) {
	var next atomic.Int64
	var all sync.WaitGroup
	for range 64 {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				f(i)
			}
		})
	}
	all.Wait()
}

// TestTheDrainSpreadsManyStreams ends a server that has many viewers on sockets. They are to leave evenly over the five
// seconds, so that viewers return one by one. On a quiet machine never more than a tenth leave within 250 ms, which the
// test logs; it allows more on a busy one.
func TestTheDrainSpreadsManyStreams(t *testing.T) {
	const within = 5 * time.Second
	s := newStand(t, within, false)
	conns := make([]net.Conn, *streams)
	each(len(conns), func(i int) { conns[i], _ = s.watch("/events", "event: flightSnapshot") })
	if t.Failed() {
		t.FailNow()
	}
	began := time.Now()
	left := make([]time.Duration, len(conns))
	var leaving sync.WaitGroup
	for i, c := range conns {
		leaving.Go(func() {
			io.Copy(io.Discard, c)
			left[i] = time.Since(began)
			c.Close()
		})
	}
	s.end()
	leaving.Wait()
	<-s.done
	slices.Sort(left)
	last := left[len(left)-1]
	quarter, second := most(left, 250*time.Millisecond), most(left, time.Second)
	t.Logf("%d streams: the first ended after %v, the last after %v; at most %.1f %% within the same 250 ms, %.1f %% "+
		"within the same second",
		len(left), left[0].Round(time.Millisecond), last.Round(time.Millisecond), percent(quarter, len(left)),
		percent(second, len(left)))
	if last < within-time.Second || last > within+2*time.Second {
		t.Errorf("the last stream ended after %v, want about %v", last, within)
	}
	if percent(second, len(left)) > 40 {
		t.Errorf("%d of %d streams ended within the same second, want about a fifth", second, len(left))
	}
}

// most returns the greatest number of instants within any span of that length. The instants are in order.
func most(instants []time.Duration, span time.Duration) (n int) {
	first := 0
	for i, at := range instants {
		for at-instants[first] >= span {
			first++
		}
		n = max(n, i-first+1)
	}
	return n
}

func percent(n, of int) float64 { return 100 * float64(n) / float64(of) }

// TestConnectionsLeaveNothingBehind connects and disconnects many times at every stage of a connection, in both ways in
// which viewers are driven. After each stage only the server's own few goroutines are left, and in the end none.
func TestConnectionsLeaveNothingBehind(t *testing.T) {
	for _, hidden := range []bool{false, true} {
		name := "driven by the fleet"
		if hidden {
			name = "driven by the handler"
		}
		t.Run(name, func(t *testing.T) { leaveNothingBehind(t, hidden) })
	}
}

func leaveNothingBehind(t *testing.T, hidden bool) {
	before := runtime.NumGoroutine()
	s := newStand(t, time.Second, hidden)
	for i := range 1000 {
		flight := timetable.Flight{Number: fmt.Sprint("LH", i), Remark: strings.Repeat("x", 200)}
		s.append(timetable.Change{Kind: timetable.KindAdd, Flight: flight})
	}
	idle := before + runtime.GOMAXPROCS(0) + 10 // the site's own, a sweeper for each processor among them

	const head = "GET /events HTTP/1.1\r\nHost: localhost\r\n" // and not the empty line that ends it
	stages := []struct {
		name    string
		viewers bool // the clients are viewers before they leave
		visit   func(i int)
	}{
		{"before the headers", false, func(i int) {
			if c := s.dial(); c != nil {
				io.WriteString(c, head[:i%(len(head)+1)])
				part(c, i)
			}
		}},
		{"in the middle of the snapshot", true, func(i int) {
			if c, _ := s.watch("/events", "data:"); c != nil {
				part(c, i)
			}
		}},
		{"in the middle of a write", true, func(i int) {
			c, lines := s.watch(s.resuming(), "retry:")
			if c == nil {
				return
			}
			for range 3 { // others write meanwhile, too
				s.append(timetable.Change{Kind: timetable.KindUpdate, Named: timetable.FieldState.Bit(),
					Flight: timetable.Flight{Number: fmt.Sprint("LH", i%1000), State: fmt.Sprint("state ", i)}})
			}
			lines.ReadString(':')
			part(c, i)
		}},
	}
	for _, stage := range stages {
		began, arrived := time.Now(), s.arrived.Load()
		each(*connects, stage.visit)
		s.mustHaveLeft()
		s.mustComeDownTo(idle)
		if n := s.arrived.Load() - arrived; stage.viewers && n != int64(*connects) {
			t.Errorf("%s: %d viewers have arrived, want %d", stage.name, n, *connects)
		}
		t.Logf("%d came and went %s in %v", *connects, stage.name, time.Since(began).Round(time.Millisecond))
	}

	conns := make([]net.Conn, *connects)
	each(len(conns), func(i int) { conns[i], _ = s.watch(s.resuming(), "retry:") })
	s.end()
	each(len(conns), func(i int) {
		if conns[i] != nil {
			part(conns[i], i)
		}
	})
	<-s.done
	s.mustHaveLeft()
	s.mustComeDownTo(before)
	t.Logf("%d came, and went in the drain", *connects)
}

// part ends a connection from the viewer's side, every other time as if its machine had forgotten it (RST).
func part(c net.Conn, i int) {
	if i%2 == 0 {
		c.(*net.TCPConn).SetLinger(0)
	}
	c.Close()
}

func (s *stand) append(c timetable.Change) {
	at, err := s.log.Append(s.Context(), c)
	if err != nil {
		s.Error(err)
	}
	s.head.Store(uint64(at))
}

// resuming returns the path of a viewer that has nearly all events.
func (s *stand) resuming() string { return fmt.Sprint("/events?lastEventId=", s.head.Load()) }

// soonest waits until the condition is true. It is about goroutines of a server that end soon, without a signal.
func (s *stand) soonest(condition func() bool) bool {
	for deadline := time.Now().Add(30 * time.Second); !condition(); runtime.Gosched() {
		if time.Now().After(deadline) {
			return false
		}
	}
	return true
}

func (s *stand) mustHaveLeft() {
	s.Helper()
	if !s.soonest(func() bool { return s.left.Load() == s.arrived.Load() }) {
		s.Fatalf("%d viewers have arrived and %d have left", s.arrived.Load(), s.left.Load())
	}
}

func (s *stand) mustComeDownTo(want int) {
	s.Helper()
	if !s.soonest(func() bool { return runtime.NumGoroutine() <= want }) {
		var all strings.Builder
		pprof.Lookup("goroutine").WriteTo(&all, 1)
		s.Fatalf("there are %d goroutines, want %d:\n%s", runtime.NumGoroutine(), want, all.String())
	}
}
