package jetstream

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
)

// A natsServer is a NATS server in this process, and can be started again with its folder.
type natsServer struct {
	*server.Server
	options server.Options
	mu      sync.Mutex // guards Server from a node that connects again
}

// newServer starts a server that only this process can reach.
func newServer(t *testing.T) *natsServer {
	s := &natsServer{options: server.Options{DontListen: true, JetStream: true, StoreDir: t.TempDir(), NoLog: true,
		NoSigs: true}}
	s.start(t)
	t.Cleanup(s.stop)
	return s
}

func (s *natsServer) start(t *testing.T) {
	t.Helper()
	options := s.options
	one, err := server.NewServer(&options)
	if err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	s.Server = one
	s.mu.Unlock()
	s.Start()
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("the NATS server does not start")
	}
}

func (s *natsServer) stop() {
	s.Shutdown()
	s.WaitForShutdown()
}

// newCluster starts three servers, which reach each other by the loopback interface.
func newCluster(t *testing.T) (servers [3]*natsServer) {
	var routes []*url.URL
	var listeners []net.Listener
	for range 6 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		listeners = append(listeners, l)
	}
	port := func(i int) int { return listeners[i].Addr().(*net.TCPAddr).Port }
	for i := range 3 {
		routes = append(routes, &url.URL{Scheme: "nats", Host: fmt.Sprintf("127.0.0.1:%d", port(i))})
	}
	for i := range servers {
		servers[i] = &natsServer{options: server.Options{ServerName: fmt.Sprint("n", i), Host: "127.0.0.1", Port: port(3 + i),
			JetStream: true, StoreDir: t.TempDir(), NoLog: true, NoSigs: true, Routes: routes,
			Cluster: server.ClusterOpts{Name: "c", Host: "127.0.0.1", Port: port(i)}}}
	}
	for _, l := range listeners {
		l.Close()
	}
	for _, s := range servers {
		s.start(t)
		t.Cleanup(func() { s.stop() })
	}
	return servers
}

// urls returns the addresses of servers, the first one first.
func urls(servers [3]*natsServer, first int) string {
	var all []string
	for i := range servers {
		all = append(all, fmt.Sprintf("nats://127.0.0.1:%d", servers[(first+i)%3].options.Port))
	}
	return strings.Join(all, ",")
}

// inProcess returns the options of a node whose only server is in this process.
func inProcess(s *natsServer, stream string) Options {
	return Options{Servers: nats.DefaultURL, Stream: stream, Replicas: 1, Bytes: 64 << 20,
		Connect: []nats.Option{nats.InProcessServer(inProcessServer{s})}}
}

// inProcessServer connects to the present life of a server.
type inProcessServer struct{ *natsServer }

func (s inProcessServer) InProcessConn() (net.Conn, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Server.InProcessConn()
}

// A testNode is a node that runs.
type testNode struct {
	*Node
	log    *eventlog.Log
	cancel func()
	ended  chan error
}

// run starts a node. It returns when the log is equal to the stream.
func run(t *testing.T, o Options, of eventlog.Options) *testNode {
	t.Helper()
	n := begin(t, o, of)
	select {
	case <-n.Equal():
	case err := <-n.ended:
		t.Fatalf("the node ends: %v", err)
	case <-time.After(30 * time.Second):
		t.Fatalf("the node does not follow the stream: %s", n.state.trouble)
	}
	return n
}

// begin starts a node, and does not wait for it.
func begin(t *testing.T, o Options, of eventlog.Options) *testNode {
	t.Helper()
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	log := eventlog.New(of)
	n, err := Open(log, o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	one := &testNode{n, log, cancel, make(chan error, 1)}
	go func() { one.ended <- n.Run(ctx) }()
	t.Cleanup(one.end)
	return one
}

// end ends the node. It can be called twice.
func (n *testNode) end() {
	n.cancel()
	err := <-n.ended
	n.ended <- err
	n.Close()
}

var streams atomic.Int64

// newName returns a name that no other stream has.
func newName() string { return fmt.Sprint("board", streams.Add(1)) }

// reach waits until a node has a position.
func reach(t *testing.T, n *testNode, at eventlog.Position) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := n.log.Reach(ctx, at); err != nil {
		t.Fatalf("the node is at %d, want %d; its trouble is %q", n.log.Stats().Head, at, n.state.trouble)
	}
}

// same checks that all nodes get the same board at the same position. A change that was refused, because its answer was
// lost, may still come, so it waits until they are equal.
func same(t *testing.T, nodes ...*testNode) {
	t.Helper()
	differ := ""
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		want, at := nodes[0].log.Snapshot()
		differ = ""
		for i, n := range nodes[1:] {
			if got, is := n.log.Snapshot(); is != at || string(got) != string(want) {
				differ = fmt.Sprintf("node %d is at %d, and node 0 at %d: (-0 +%d)\n%s", i+1, is, at, i+1,
					cmp.Diff(logtest.Board(nodes[0].log), logtest.Board(n.log)))
			}
		}
		if differ == "" {
			return
		}
	}
	t.Error(differ)
}
