package web

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"flightboard/server/eventlog"
)

// A fleet drives viewers whose connections have been taken over from net/http, so that one who waits costs neither a
// goroutine nor a buffer: a few sweepers share all of them. When the log wakes them each goes once through its viewers
// and writes, without ever waiting, what each is to get; that is the same bytes for nearly all. Only a viewer whose
// socket is full gets a goroutine, until it has caught up.
type fleet struct {
	stream   *stream
	sweepers []*sweeper
	next     atomic.Uint32 // the sweeper that gets the next viewer
	running  atomic.Bool
	lagging  sync.WaitGroup
	watch    watcher
	ctx      context.Context // of Run, for the goroutines that laggards get
}

// conn is a connection that can be written to without waiting.
type conn interface {
	net.Conn
	TryWrite(b []byte) (n int, err error) // fewer than len(b), without an error, when the socket is full
}

// A rider is a viewer of the fleet.
type rider struct {
	viewer
	conn  conn
	by    *sweeper
	spoke time.Time   // when something was last written to it
	gone  atomic.Bool // the watcher has seen it leave
}

func newFleet(s *stream) *fleet {
	f := &fleet{stream: s}
	for range runtime.GOMAXPROCS(0) {
		f.sweepers = append(f.sweepers, &sweeper{fleet: f, poke: make(chan struct{}, 1)})
	}
	return f
}

// run sweeps until ctx is done, and then lets go of the viewers who are left.
func (f *fleet) run(ctx context.Context) {
	f.ctx = ctx
	var all sync.WaitGroup
	for _, s := range f.sweepers {
		all.Go(func() { s.run(ctx) })
	}
	f.running.Store(true)
	<-ctx.Done()
	f.running.Store(false)
	f.lagging.Wait()
	f.watch.stop()
	all.Wait()
}

type connKey struct{}

// withConn remembers the connection of a request, so that the handler can tell whether it can be taken over.
func withConn(ctx context.Context, c net.Conn) context.Context {
	if usable, ok := tryable(c); ok {
		return context.WithValue(ctx, connKey{}, usable)
	}
	return ctx
}

// board takes over the viewer's connection and says whether it could. When it has, the handler is done.
func (f *fleet) board(v *viewer, w http.ResponseWriter, r *http.Request) bool {
	c, ok := r.Context().Value(connKey{}).(conn)
	if !ok || r.ProtoMajor != 1 || !f.running.Load() {
		return false
	}
	if _, _, err := http.NewResponseController(w).Hijack(); err != nil {
		return false
	}
	by := f.sweepers[int(f.next.Add(1))%len(f.sweepers)]
	one := &rider{viewer: *v, conn: c, by: by, spoke: time.Now()}
	f.watch.add(one)

	var first bytes.Buffer
	first.WriteString("HTTP/1.1 200 OK\r\nConnection: close\r\nDate: " + one.spoke.UTC().Format(http.TimeFormat) + "\r\n")
	w.Header().Write(&first)
	first.WriteString("\r\n")
	first.Write(one.cursor.Wrap(greeting()))
	next := one.cursor.Next()
	one.events += next.Events
	if first.Len()+len(next.Bytes) <= 16<<10 { // one write is cheaper than two, copying much is not
		first.Write(next.Bytes)
		next.Bytes = nil
	}
	for i, b := range [][]byte{first.Bytes(), next.Bytes} {
		n, err := c.TryWrite(b)
		if err != nil {
			by.drop(one, errLeft)
			return true
		}
		if n < len(b) {
			rest := bytes.Clone(b[n:])
			if i == 0 {
				rest = append(rest, next.Bytes...)
			}
			f.lag(one, rest, next.Ended)
			return true
		}
	}
	if next.Ended {
		by.drop(one, errOver)
		return true
	}
	by.admit(one)
	return true
}

// lag gives a rider whose socket is full a goroutine that waits, until it has what it was to get. The others do not
// wait for it.
func (f *fleet) lag(r *rider, rest []byte, ended bool) {
	f.lagging.Go(func() {
		stop := context.AfterFunc(f.ctx, func() { r.conn.SetWriteDeadline(time.Unix(1, 0)) })
		defer stop()
		r.conn.SetWriteDeadline(time.Now().Add(writeTimeout))
		_, err := r.conn.Write(rest)
		why := whyWriteFailed(err)
		switch {
		case f.ctx.Err() != nil:
			why = errClosing
		case why == nil && ended:
			why = errOver
		}
		if why != nil {
			r.by.drop(r, why)
			return
		}
		r.conn.SetWriteDeadline(time.Time{})
		r.spoke = time.Now()
		r.by.admit(r)
	})
}

// A sweeper drives its share of the viewers.
type sweeper struct {
	fleet *fleet
	poke  chan struct{} // holds a token when somebody has come or gone

	mu     sync.Mutex
	coming []*rider

	riders []*rider
	memo   eventlog.Memo
}

// admit hands the sweeper a viewer who has had all there was.
func (s *sweeper) admit(r *rider) {
	s.mu.Lock()
	s.coming = append(s.coming, r)
	s.mu.Unlock()
	s.nudge()
}

func (s *sweeper) nudge() {
	select {
	case s.poke <- struct{}{}:
	default:
	}
}

// drop ends a viewer's connection.
func (s *sweeper) drop(r *rider, why error) {
	s.fleet.watch.remove(r)
	r.conn.Close()
	s.fleet.stream.leave(&r.viewer, why)
}

func (s *sweeper) run(ctx context.Context) {
	stream := s.fleet.stream
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	closing, ebb := stream.closing, (*ebb)(nil)
	for {
		wake := stream.log.Wake() // before reading, so that nothing appended in between is slept through
		s.sweep(time.Now())
		if ebb != nil {
			ebb.take(s)
		}
		timer.Reset(s.rest(ebb))
		select {
		case <-wake:
		case <-s.poke:
		case <-timer.C:
		case <-closing:
			closing, ebb = nil, newEbb(len(s.riders), stream.within)
		case <-ctx.Done():
			s.fleet.lagging.Wait() // they may still come back
			s.take()
			for _, r := range s.riders {
				s.drop(r, errClosing)
			}
			return
		}
	}
}

// take adds those who have come.
func (s *sweeper) take() {
	s.mu.Lock()
	s.riders = append(s.riders, s.coming...)
	clear(s.coming)
	s.coming = s.coming[:0]
	s.mu.Unlock()
}

// sweep gives every viewer what it is to get now, and forgets those who have left.
func (s *sweeper) sweep(now time.Time) {
	s.take()
	s.memo = eventlog.Memo{}
	kept := s.riders[:0]
	for _, r := range s.riders {
		if s.advance(r, now) {
			kept = append(kept, r)
		}
	}
	clear(s.riders[len(kept):])
	s.riders = kept
}

// advance writes what the viewer is to get, and says whether it stays with the sweeper.
func (s *sweeper) advance(r *rider, now time.Time) bool {
	if r.gone.Load() {
		s.drop(r, errLeft)
		return false
	}
	for {
		next := s.memo.Next(&r.cursor)
		if len(next.Bytes) == 0 && now.Sub(r.spoke) >= s.fleet.stream.heart.interval {
			next.Bytes = r.cursor.Wrap(s.fleet.stream.heart.beat(now))
		}
		if len(next.Bytes) > 0 {
			r.events += next.Events
			r.spoke = now
			n, err := r.conn.TryWrite(next.Bytes)
			if err != nil {
				s.drop(r, errLeft)
				return false
			}
			if n < len(next.Bytes) {
				s.fleet.lag(r, next.Bytes[n:], next.Ended)
				return false
			}
		}
		if next.Ended {
			s.drop(r, errOver)
			return false
		}
		if next.Events == 0 {
			return true
		}
	}
}

// beatGrain is how far apart heartbeats are looked for, so that many viewers who came one by one are served together.
const beatGrain = 250 * time.Millisecond

// rest is how long there is nothing to do unless somebody wakes the sweeper.
func (s *sweeper) rest(ebb *ebb) time.Duration {
	if ebb != nil {
		return ebbGrain
	}
	if len(s.riders) == 0 {
		return time.Hour
	}
	first := s.riders[0].spoke
	for _, r := range s.riders {
		if r.spoke.Before(first) {
			first = r.spoke
		}
	}
	left := time.Until(first.Add(s.fleet.stream.heart.interval))
	return max((left+beatGrain-1)/beatGrain*beatGrain, beatGrain)
}

// watchInMemory watches a connection that is not a socket and says itself when its peer has gone.
func watchInMemory(r *rider) {
	if c, ok := r.conn.(interface{ Gone() <-chan struct{} }); ok {
		go func() {
			<-c.Gone() // at the latest when we close it
			r.gone.Store(true)
			r.by.nudge()
		}()
	}
}
