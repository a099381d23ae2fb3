// Package jetstream puts the log on a stream of NATS JetStream, so that several servers, the nodes, have equal logs.
// Each of them takes changes and serves viewers. A position is the stream's sequence, and means the same on every node.
//
// A node has the log in memory. It reads the whole stream with one consumer, and checks that no message is missing. It
// merges reports with its own board, and appends the changes to the stream on condition that nothing came before them,
// by an expected last sequence. If something did, it reads that, and merges the reports again. So no node is in charge,
// and the package elects none: the order is that of the stream, which JetStream replicates.
package jetstream

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"flightboard/server/eventlog"
)

// Options of a node.
type Options struct {
	Servers  string        // the addresses of NATS servers, with commas
	Stream   string        // its name
	Replicas int           // how many servers have the stream, at least
	Bytes    int64         // the most bytes that the stream keeps, if the node makes it
	Connect  []nats.Option // such as credentials
	Logger   *slog.Logger
}

// A Node keeps a log equal to those of the other nodes.
type Node struct {
	Options
	log   *eventlog.Log
	conn  *nats.Conn
	js    js.JetStream
	once  sync.Once
	equal chan struct{} // closed when the log has first been equal to the stream
	begun bool          // the log is one of the stream
	state
	saver
}

// The times of a node.
const (
	request       = 2 * time.Second // the longest that one request takes
	attempt       = time.Second     // the longest that publishing takes; then it is tried again
	publishTime   = 5 * time.Second // the longest that an append takes, over a change of the stream's leader
	shortestPause = 200 * time.Millisecond
	longestPause  = 2 * time.Second
	watch         = 3 * time.Second // between two looks at the stream, which find a consumer that has stalled
)

// Open returns a node, which connects to the servers, and tries again for ever if none answers. It must be the only one
// that appends to the log, which is in memory and empty.
func Open(log *eventlog.Log, o Options) (*Node, error) {
	n := &Node{Options: o, log: log, equal: make(chan struct{})}
	n.state.name, n.saver.due = "JetStream", make(chan struct{}, 1)
	connect := append([]nats.Option{nats.Name("flightboard"), nats.RetryOnFailedConnect(true), nats.MaxReconnects(-1),
		nats.ReconnectWait(shortestPause), nats.ReconnectJitter(300*time.Millisecond, time.Second),
		nats.ReconnectBufSize(-1), nats.Timeout(request), nats.PingInterval(request), nats.MaxPingsOutstanding(2),
		nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {})}, o.Connect...) // requests have the errors
	var err error
	if n.conn, err = nats.Connect(o.Servers, connect...); err != nil {
		return nil, err
	}
	if n.js, err = js.New(n.conn, js.WithDefaultTimeout(request)); err != nil {
		return nil, err
	}
	log.SetStream(n)
	return n, nil
}

// Equal returns a channel that is closed when the log has first been equal to the stream.
func (n *Node) Equal() <-chan struct{} { return n.equal }

// Close ends the connection. Later appends fail.
func (n *Node) Close() { n.conn.Close() }

// Run follows the stream until ctx is done. It returns a [*RefusedError] if the servers or the stream are refused
// before the log has been equal to the stream. Later it logs that, and tries again.
func (n *Node) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	var saving sync.WaitGroup
	defer saving.Wait()
	defer cancel()
	saving.Go(func() { n.saveWhenDue(ctx) })
	pause, told := shortestPause, ""
	for {
		err := n.follow(ctx, func() {
			if told != "" {
				n.Logger.Info("the stream is followed again", "stream", n.Stream)
			}
			pause, told = shortestPause, ""
			n.state.reached()
			n.once.Do(func() { close(n.equal) })
		})
		if ctx.Err() != nil {
			return nil
		}
		if refused, ok := errors.AsType[*RefusedError](err); ok && !n.isEqual() {
			return refused
		}
		n.state.cut(time.Now(), err)
		if why := err.Error(); why != told {
			n.Logger.Warn("the stream cannot be followed", "stream", n.Stream, "error", err)
			told = why
		}
		select {
		case <-time.After(pause/2 + rand.N(pause)):
		case <-ctx.Done():
			return nil
		}
		pause = min(2*pause, longestPause)
	}
}

func (n *Node) isEqual() bool {
	select {
	case <-n.equal:
		return true
	default:
		return false
	}
}
