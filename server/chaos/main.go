// Command chaos shows that no viewer of a tree of servers misses a change or gets one twice, whatever is killed.
//
//	go run ./server/chaos -kills 20
//
// It starts an origin with a log on disk, three edges of it and an edge of an edge, each a process of its own on a
// loopback port. A publisher posts numbered changes at random nodes, and viewers read at random nodes. Again and again
// chaos kills a node or two, also the origin, as kill -9 does, and starts them again. A viewer then goes to another
// node with its last event ID. At the end all nodes must have the same board, with every change that was
// acknowledged.
package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	kills := flag.Int("kills", 20, "how many times a node is killed")
	viewers := flag.Int("viewers", 40, "how many viewers there are")
	binary := flag.String("server", "", "the server's program; built from ./server when empty")
	flag.Parse()
	result, err := run(ctx, *kills, *viewers, *binary)
	if err != nil {
		fmt.Fprintln(os.Stderr, "chaos:", err)
		os.Exit(1)
	}
	fmt.Println(result)
}

// A result is what happened.
type result struct {
	kills, changes             int
	took                       time.Duration
	events, resumed, snapshots int // that viewers got, of all viewers
	longest                    time.Duration
}

func (r *result) String() string {
	return fmt.Sprintf("%d kills in %v, %d changes acknowledged: viewers got %d events, were resumed %d times and had %d "+
		"snapshots; none was missing or came twice; the longest time without a connection was %v",
		r.kills, r.took.Round(time.Second), r.changes, r.events, r.resumed, r.snapshots, r.longest.Round(10*time.Millisecond))
}

// run starts the tree, and kills.
func run(ctx context.Context, kills, viewers int, binary string) (*result, error) {
	dir, err := os.MkdirTemp("", "chaos")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if binary == "" {
		if binary, err = build(ctx, dir); err != nil {
			return nil, err
		}
	}
	nodes, err := newTree(binary, dir)
	if err != nil {
		return nil, err
	}
	defer func() {
		for _, n := range nodes {
			n.kill()
		}
	}()
	for _, n := range nodes {
		if err := n.start(ctx); err != nil {
			return nil, err
		}
	}
	watching, stop := context.WithCancel(ctx)
	defer stop()
	p := &publisher{nodes: nodes}
	all := make([]*viewer, viewers)
	var running sync.WaitGroup
	for i := range all {
		all[i] = &viewer{nodes: nodes, number: i}
		running.Go(func() { all[i].run(watching) })
	}
	publishing, enough := context.WithCancel(ctx)
	defer enough()
	running.Go(func() { p.run(publishing) })
	began, done := time.Now(), 0
	for done < kills {
		sleep(ctx, rand.N(300*time.Millisecond))     // all live; some connections are new, others old
		at := rand.Perm(len(nodes))[:1+rand.IntN(2)] // one, or two at once
		for _, i := range at {
			nodes[i].kill()
		}
		sleep(ctx, rand.N(200*time.Millisecond))
		slices.Sort(at) // an edge without a log needs its parent, which comes before it
		for _, i := range at {
			if err := nodes[i].start(ctx); err != nil {
				return nil, fmt.Errorf("after kill %d: %w", done+1, err)
			}
			done++
		}
	}
	took := time.Since(began)
	enough()
	if err := settle(ctx, nodes, all, p); err != nil {
		return nil, err
	}
	stop()
	running.Wait()
	r := &result{kills: done, took: took, changes: p.acknowledged()}
	for _, v := range all {
		r.events, r.resumed, r.snapshots = r.events+v.events, r.resumed+v.resumed, r.snapshots+v.snapshots
		r.longest = max(r.longest, v.longest)
	}
	return r, nil
}

// newTree returns the nodes: the origin, whose log is on disk because it is killed too, and the edges.
func newTree(binary, dir string) ([]*node, error) {
	origin, err := newNode(binary, "origin", "-feed", "none", "-flights", "-1", "-linger", "0,0,0",
		"-rate", "-1", "-log", filepath.Join(dir, "origin"))
	if err != nil {
		return nil, err
	}
	nodes := []*node{origin}
	for i, parent := range []*node{origin, origin, origin, nil} {
		if parent == nil {
			parent = nodes[1] // an edge of an edge
		}
		args := []string{"-follow", parent.url}
		if i == 1 {
			args = append(args, "-log", filepath.Join(dir, "edge"), "-sync", "never")
		}
		edge, err := newNode(binary, fmt.Sprint("edge ", i+1), args...)
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, edge)
	}
	return nodes, nil
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
