// Package fanout sends the events of a log to the viewers whose connections it has taken over from net/http. Such a
// viewer costs neither a goroutine nor a buffer while it waits: a few goroutines, the sweepers, write to all of them.
//
// A [Pool] takes over HTTP/1.1 connections only, with TLS and without, and on Windows none. It does not depend on URLs,
// forms, or admission: package web decides which events a viewer gets and whether it is admitted. If TakeOver returns
// false, the handler sends the events itself; everything works without a pool, at several times the cost per viewer.
package fanout

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"flightboard/server/eventlog"
)

// The reasons for which a viewer's stream ends.
var (
	ErrEnded   = errors.New("the feed is over")
	ErrLeft    = errors.New("the viewer went away")
	ErrStuck   = errors.New("the viewer stopped reading")
	ErrClosing = errors.New("the server is closing")
	ErrExpired = errors.New("the viewer's session has ended")
	ErrNoFile  = errors.New("the server cannot open another file")
)

// Options of a pool. All fields except Expired are required.
type Options struct {
	Interval  time.Duration                                    // a viewer gets a heartbeat after this time without events
	Heartbeat func(now time.Time) (event []byte, trouble bool) // the heartbeat of this second; see Viewer
	Left      func(v *Viewer, reason error)                    // called once for each viewer, after closing
	Measures  *Measures                                        // count what viewers get
	Expired   []byte                                           // the last event for viewers whose sessions have ended
}

// A Pool sends events to viewers. Its methods may be called concurrently.
type Pool struct {
	log       *eventlog.Log
	heartbeat func(now time.Time) (event []byte, trouble bool)
	interval  time.Duration
	left      func(v *Viewer, reason error)
	measures  *Measures
	expired   []byte

	sweepers []*sweeper
	arrivals atomic.Uint32 // viewers that were taken over; sweepers get them in turn
	sweeping atomic.Int32  // number of sweepers that are in a sweep
	gate     sync.RWMutex  // read-locked during TakeOver
	running  bool
	ctx      context.Context // of Run
	blocking sync.WaitGroup  // the goroutines of writeBlocking
	watch    watcher

	drain    sync.Once
	draining chan struct{} // closed by Drain
	within   time.Duration // set before draining is closed
}

// New returns a pool of viewers of the log, with one sweeper for each processor. It takes over nothing before Run.
func New(log *eventlog.Log, o Options) *Pool {
	p := &Pool{log: log, heartbeat: o.Heartbeat, interval: o.Interval, left: o.Left, measures: o.Measures,
		expired: o.Expired, draining: make(chan struct{})}
	for range runtime.GOMAXPROCS(0) {
		p.sweepers = append(p.sweepers, &sweeper{pool: p, poke: make(chan struct{}, 1),
			tally: tally{to: o.Measures}, asked: make(chan question)})
	}
	return p
}

// Run sends events until ctx is done. Then it closes the remaining connections and returns. It must be called at most
// once.
func (p *Pool) Run(ctx context.Context) {
	p.ctx = ctx
	var sweepers sync.WaitGroup
	for _, s := range p.sweepers {
		sweepers.Go(func() { s.run(ctx) })
	}
	sweepers.Go(func() { p.freeAfterRushes(ctx) })
	p.setRunning(true)
	<-ctx.Done()
	p.setRunning(false) // waits for every TakeOver that has begun
	sweepers.Wait()
	p.blocking.Wait()
	for _, s := range p.sweepers {
		s.dropAll()
	}
	p.watch.stop()
}

func (p *Pool) setRunning(running bool) {
	p.gate.Lock()
	defer p.gate.Unlock()
	p.running = running
}

// Drain makes the pool drop its viewers evenly over the given time. Viewers that come later are dropped when the time
// is over. Drain does not block. Only the first call counts.
func (p *Pool) Drain(within time.Duration) {
	p.drain.Do(func() {
		p.within = within
		close(p.draining)
	})
}

// Each calls f with the state of each viewer of the pool, unless a goroutine of its own writes to it: those are in the
// Measures. It waits for sweeps that are going on, and returns early when ctx is done. f must not block.
func (p *Pool) Each(ctx context.Context, f func(State)) {
	p.gate.RLock()
	running := p.running
	p.gate.RUnlock()
	if !running {
		return
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(p.ctx, cancel)()
	for _, s := range p.sweepers {
		s.ask(ctx, f)
	}
}

// TakeOver takes over the connection of a request and answers it: with the response headers set on w, then first, then
// the viewer's events. It returns false, and has done nothing, if the connection cannot be taken over or the pool does
// not run. If it returns true, the handler must return; the pool has copied v, and calls Options.Left when the stream
// ends.
//
// The request's context must come from ConnContext. TakeOver does not wait for the viewer.
func (p *Pool) TakeOver(w http.ResponseWriter, r *http.Request, v *Viewer, first []byte) bool {
	p.gate.RLock()
	defer p.gate.RUnlock()
	accepted, ok := r.Context().Value(connKey{}).(net.Conn)
	if !ok || r.ProtoMajor != 1 || !p.running {
		return false
	}
	if _, _, err := http.NewResponseController(w).Hijack(); err != nil {
		return false
	}
	LimitUnsent(r.Context(), unsent)
	to, err := detach(accepted)
	if err != nil {
		p.left(v, ErrNoFile)
		return true
	}
	c := &conn{Viewer: *v, tryConn: to, index: -1}
	c.sweeper = p.sweepers[int(p.arrivals.Add(1))%len(p.sweepers)]
	if v.OnEnd != nil {
		c.forget = v.OnEnd(func() { c.sweeper.expire(c) })
	}
	p.watch.add(c)
	p.start(c, p.head(c, w.Header(), r, first))
	return true
}

// head returns the status line, the response headers and the first bytes of the body.
func (p *Pool) head(c *conn, h http.Header, r *http.Request, first []byte) []byte {
	var head bytes.Buffer
	head.WriteString("HTTP/1.1 200 OK\r\nConnection: close\r\n")
	head.WriteString("Date: " + c.Written.UTC().Format(http.TimeFormat) + "\r\n")
	if r.ProtoAtLeast(1, 1) {
		head.WriteString("Transfer-Encoding: chunked\r\n")
		c.Cursor.Chunked()
	}
	h.Write(&head)
	head.WriteString("\r\n")
	head.Write(c.Cursor.Wrap(first))
	return head.Bytes()
}

// start writes the head, then the viewer's first events, and hands the viewer to its sweeper. The head is a write of
// its own, before the events are encoded: the viewer knows at once that it is connected, and proxies that send a part
// only when the next one comes, as Varnish does, send the head with the events and not with the heartbeat after them.
// A resumed viewer that has missed nothing gets a heartbeat, which tells it so.
func (p *Pool) start(c *conn, head []byte) {
	written, err := c.TryWrite(head)
	if err != nil {
		p.drop(c, ErrLeft)
		return
	}
	resumed := !c.Cursor.Fresh()
	next := c.Cursor.Next()
	c.Events += next.Events
	if resumed && len(next.Bytes) == 0 {
		now := time.Now()
		event, trouble := p.heartbeat(now)
		next.Bytes = c.Heartbeat(event, trouble, now)
	}
	next.Timing = nil // that the events are old is not the server's fault: the viewer was away
	texts := net.Buffers{head[written:], next.Bytes}
	if written == len(head) {
		texts = texts[1:]
		n, err := c.TryWrite(next.Bytes)
		if err != nil {
			p.drop(c, ErrLeft)
			return
		}
		texts[0] = next.Bytes[n:]
		written = len(head) + n
	}
	p.measures.Bytes[c.Cursor.Form()].Add(written)
	if written < len(head)+len(next.Bytes) {
		p.writeBlocking(c, texts, next)
		return
	}
	p.measures.wrote(c.Cursor.Form(), &next)
	if next.Ended {
		p.drop(c, ErrEnded)
		return
	}
	c.sweeper.add(c)
}

// drop closes a viewer's connection and calls Left. No sweeper or goroutine may have the viewer any more.
func (p *Pool) drop(c *conn, reason error) {
	p.watch.remove(c)
	if c.forget != nil {
		c.forget()
	}
	c.Close()
	p.left(&c.Viewer, reason)
}

// expire tells a viewer that its session has ended, if its connection accepts that now, and drops it.
func (p *Pool) expire(c *conn) {
	c.TryWrite(append(c.Cursor.Wrap(p.expired), c.Cursor.Finish()...))
	p.drop(c, ErrExpired)
}
