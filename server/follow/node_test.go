package follow

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/web"
	"flightboard/server/web/memnet"
)

// A node is a server in a tree: the origin, or an edge. Its address is the same for all its lives.
type node struct {
	t       *testing.T
	name    string
	parent  *node  // that it connects to; nil: the origin
	dir     string // of its log; "": in memory
	options web.Options

	mu     sync.Mutex // guards what follows, of its present life
	net    *memnet.Listener
	conns  []net.Conn
	log    *eventlog.Log
	edge   *Follower
	cut    bool      // nobody reaches it
	slow   time.Time // until then it does not read from its parent
	stop   func()
	serves chan struct{} // closed when it answers
}

// start begins a life.
func (n *node) start() {
	log := eventlog.New(eventlog.Options{History: 64 << 10})
	if n.dir != "" {
		var err error
		if log, _, err = eventlog.Open(n.dir, eventlog.SyncNever, eventlog.Options{History: 64 << 10}); err != nil {
			n.t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	options := n.options
	var running sync.WaitGroup
	edge := (*Follower)(nil)
	if n.parent == nil {
		options.OpenDoor = true
	} else {
		edge = New(log, Options{
			Origin: &url.URL{Scheme: "http", Host: n.parent.name}, Transport: n.toParent(),
			Logger: slog.New(slog.DiscardHandler)})
		options.Describe, options.Silent = edge.Describe, edge.Silent
		options.Rejected, options.Feeds = edge.Rejected, edge.Health
		options.Forward, options.CatchUp, options.Via = edge.Forward(), CatchUp, edge.Via
		running.Go(func() { edge.Run(ctx) })
	}
	handler := web.New(log, options)
	server := &http.Server{Handler: handler, ConnContext: handler.ConnContext,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0)}
	listener := memnet.Listen(4 << 10)
	running.Go(func() { handler.Run(ctx) })
	serves := make(chan struct{})
	running.Go(func() {
		if edge != nil && n.dir == "" {
			select {
			case <-edge.Equal():
			case <-ctx.Done():
				return
			}
		}
		close(serves)
		server.Serve(listener)
	})
	n.mu.Lock()
	defer n.mu.Unlock()
	n.log, n.edge, n.net, n.serves = log, edge, listener, serves
	n.stop = func() {
		cancel()
		server.Close()
		listener.Close()
		n.disconnect()
		running.Wait()
		log.Close()
	}
}

// end ends the present life at once.
func (n *node) end() {
	n.mu.Lock()
	stop := n.stop
	n.mu.Unlock()
	stop()
}

// disconnect cuts all connections to the node.
func (n *node) disconnect() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, c := range n.conns {
		c.Close()
	}
	n.conns = nil
}

// unplug makes the node unreachable, or reachable again.
func (n *node) unplug(cut bool) {
	n.mu.Lock()
	n.cut = cut
	n.mu.Unlock()
	if cut {
		n.disconnect()
	}
}

// transport connects to the node's present life.
func (n *node) transport() *http.Transport {
	return &http.Transport{DisableCompression: true, DialContext: n.dial}
}

func (n *node) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	n.mu.Lock()
	listener, cut, serves := n.net, n.cut, n.serves
	n.mu.Unlock()
	select {
	case <-serves:
	default:
		cut = true
	}
	if cut {
		return nil, net.ErrClosed
	}
	c, err := listener.Dial(ctx, "", "")
	if err == nil {
		n.mu.Lock()
		n.conns = append(n.conns, c)
		n.mu.Unlock()
	}
	return c, err
}

// toParent returns a transport that connects to the node's parent, and reads only when the node is not slow.
func (n *node) toParent() *http.Transport {
	return &http.Transport{DisableCompression: true,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			n.mu.Lock()
			parent := n.parent
			n.mu.Unlock()
			c, err := parent.dial(ctx, network, address)
			if err != nil {
				return nil, err
			}
			return &slowConn{c, n}, nil
		}}
}

type slowConn struct {
	net.Conn
	reader *node
}

func (c *slowConn) Read(b []byte) (int, error) {
	c.reader.mu.Lock()
	wait := time.Until(c.reader.slow)
	c.reader.mu.Unlock()
	time.Sleep(wait)
	return c.Conn.Read(b)
}

// get returns the body of an answer.
func (n *node) get(path string) string {
	n.t.Helper()
	transport := n.transport()
	defer transport.CloseIdleConnections()
	answer, err := (&http.Client{Transport: transport, Timeout: time.Minute}).Get("http://" + n.name + path)
	if err != nil {
		n.t.Fatalf("%s: %v", n.name, err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		n.t.Fatalf("%s: GET %s: status %d, %v: %s", n.name, path, answer.StatusCode, err, text)
	}
	return string(text)
}

// stream opens an event stream; the caller closes it.
func (n *node) stream(lastEventID string) (io.ReadCloser, error) {
	transport := n.transport()
	request, _ := http.NewRequest(http.MethodGet, "http://"+n.name+"/events", nil)
	if lastEventID != "" {
		request.Header.Set("Last-Event-ID", lastEventID)
	}
	answer, err := transport.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode != http.StatusOK {
		answer.Body.Close()
		transport.CloseIdleConnections()
		return nil, &statusError{status: answer.StatusCode}
	}
	return struct {
		io.Reader
		io.Closer
	}{bufio.NewReader(answer.Body), closer(func() error {
		err := answer.Body.Close()
		transport.CloseIdleConnections()
		return err
	})}, nil
}

type closer func() error

func (c closer) Close() error { return c() }
