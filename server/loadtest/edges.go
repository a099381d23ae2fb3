package main

import (
	"strings"
	"time"

	"flightboard/server/eventlog"
)

// A tree is an origin, to which the publisher posts, and edges, which have the viewers and are measured.
type tree struct {
	width int // edges that have viewers, as many each as a single server
	depth int // servers from the origin to them; beyond one only the last has viewers
}

// trees are the servers under test that are several processes, all on the first core.
var trees = map[string]tree{"edge": {1, 1}, "edges": {3, 1}, "edge-of-edge": {1, 2}}

// startEdges starts the edges of a tree, whose origin has this URL.
func (t *target) startEdges(origin string, tree tree) error {
	t.pids = nil
	for range tree.width {
		url, pid := origin, 0
		for range tree.depth {
			var err error
			if url, pid, err = t.startServer(false, append([]string{"-follow", url}, unlimited...)...); err != nil {
				return err
			}
		}
		t.edges, t.pids = append(t.edges, strings.TrimPrefix(url, "http://")), append(t.pids, pid)
	}
	return nil
}

// reach waits until the edges have a position.
func (t *target) reach(at eventlog.Position) error {
	for _, edge := range t.edges {
		for {
			has, err := publisher("http://" + edge).head()
			if err != nil {
				return err
			}
			if has >= at {
				break
			}
			time.Sleep(time.Millisecond)
		}
	}
	return nil
}

// viewed returns where the viewers go.
func (t *target) viewed() []string {
	if len(t.edges) > 0 {
		return t.edges
	}
	return []string{t.host}
}
