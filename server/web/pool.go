package web

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// A fleet drives viewers whose connections have been taken over from net/http, so that one who waits costs neither a
// goroutine nor a buffer: a few sweepers share all of them. When the log wakes them each goes once through its viewers
// and writes, without ever waiting, what each is to get; that is the same bytes for nearly all. Only a viewer whose
// socket is full gets a goroutine, until it has caught up.
type fleet struct {
	stream   *stream
	sweepers []*sweeper
	next     atomic.Uint32 // the sweeper that gets the next viewer
	sweeping atomic.Int32  // sweepers who are at work
	gate     sync.RWMutex  // held for reading while somebody boards
	running  bool
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
	conn conn
	by   *sweeper
	gone atomic.Bool // the watcher has seen it leave
	seat int         // among the sweeper's riders; -1: with nobody, or with its own goroutine
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
	var sweeping sync.WaitGroup
	for _, s := range f.sweepers {
		sweeping.Go(func() { s.run(ctx) })
	}
	f.open(true)
	<-ctx.Done()
	f.open(false) // whoever was boarding has boarded
	sweeping.Wait()
	f.lagging.Wait()
	for _, s := range f.sweepers {
		s.dropAll()
	}
	f.watch.stop()
}

func (f *fleet) open(running bool) {
	f.gate.Lock()
	defer f.gate.Unlock()
	f.running = running
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
	f.gate.RLock()
	defer f.gate.RUnlock()
	c, ok := r.Context().Value(connKey{}).(conn)
	if !ok || r.ProtoMajor != 1 || !f.running {
		return false
	}
	if _, _, err := http.NewResponseController(w).Hijack(); err != nil {
		return false
	}
	by := f.sweepers[int(f.next.Add(1))%len(f.sweepers)]
	one := &rider{viewer: *v, conn: c, by: by, seat: -1}
	limitUnsent(c, streamUnsent)
	f.watch.add(one)

	var first bytes.Buffer
	first.WriteString("HTTP/1.1 200 OK\r\nConnection: close\r\nDate: " + one.spoke.UTC().Format(http.TimeFormat) + "\r\n")
	if r.ProtoAtLeast(1, 1) {
		first.WriteString("Transfer-Encoding: chunked\r\n")
		one.cursor.Chunked()
	}
	w.Header().Write(&first)
	first.WriteString("\r\n")
	first.Write(one.cursor.Wrap(greeting()))
	next := one.cursor.Next()
	one.events += next.Events
	if first.Len()+len(next.Bytes) <= 16<<10 { // one write is cheaper than two, copying much is not
		first.Write(next.Bytes)
		next.Bytes = nil
	}
	start := net.Buffers{first.Bytes(), next.Bytes}
	for i, b := range start {
		n, err := c.TryWrite(b)
		if err != nil {
			by.drop(one, errLeft)
			return true
		}
		if n < len(b) {
			start[i] = b[n:]
			f.lag(one, start[i:], next.Ended)
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

// lag gives a rider whose socket is full a goroutine that waits, until it has what it was to get, and what has come
// since. The others do not wait for it.
func (f *fleet) lag(r *rider, rest net.Buffers, ended bool) {
	f.lagging.Go(func() {
		stop := context.AfterFunc(f.ctx, func() { r.conn.SetWriteDeadline(time.Unix(1, 0)) })
		defer stop()
		for len(rest) > 0 {
			if why := f.catchUp(r, rest); why != nil {
				r.by.drop(r, why)
				return
			}
			if ended {
				r.by.drop(r, errOver)
				return
			}
			next := r.cursor.Next() // which may have to encode a snapshot: here nobody else waits for it
			r.events += next.Events
			rest, ended = nil, next.Ended
			if len(next.Bytes) > 0 {
				rest = net.Buffers{next.Bytes}
			}
		}
		r.conn.SetWriteDeadline(time.Time{})
		r.spoke = time.Now()
		r.by.admit(r)
	})
}

// catchUp writes all of the texts, and returns why that has failed, or nil. A viewer who takes anything within the
// time of a write has not stopped reading. It is looked at more often than that, for a socket that fills takes a
// little at once.
func (f *fleet) catchUp(r *rider, texts net.Buffers) error {
	queued, moved := queuedBytes(r.conn), time.Now()
	for _, text := range texts {
		for len(text) > 0 {
			r.conn.SetWriteDeadline(time.Now().Add(writeTimeout / 10))
			if f.ctx.Err() != nil { // looked at after the deadline is set, which may have replaced the one of ctx
				return errClosing
			}
			n, err := r.conn.Write(text[:min(progress, len(text))])
			text = text[n:]
			now, left := time.Now(), queuedBytes(r.conn)
			if n > 0 || left < queued {
				moved = now
			}
			queued = left
			switch {
			case err == nil:
			case f.ctx.Err() != nil:
				return errClosing
			case !errors.Is(err, os.ErrDeadlineExceeded) || now.Sub(moved) >= writeTimeout:
				return whyWriteFailed(err)
			}
		}
	}
	return nil
}

// watchInMemory watches a connection that is not a socket and says itself when its peer has gone.
func watchInMemory(r *rider) {
	if c, ok := r.conn.(interface{ Gone() <-chan struct{} }); ok {
		go func() {
			<-c.Gone() // at the latest when we close it
			r.by.lost(r)
		}()
	}
}
