package main

import (
	"bufio"
	"fmt"
	"net"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"flightboard/server/eventlog"
)

// TestClientsGetEachChangeOnce runs the clients that the table counts, and cuts their connections.
func TestClientsGetEachChangeOnce(t *testing.T) {
	need(t, "node")
	d, err := recordedDay()
	if err != nil {
		t.Fatal(err)
	}
	for client, server := range map[string]string{
		"eventsource.js": "ours", "fetch.js": "ours", "websocket.js": "sockets", "poll.js": "ours"} {
		t.Run(client, func(t *testing.T) {
			t.Parallel()
			board := logBoard{eventlog.New(eventlog.Options{})}
			if err := board.append(d.seed()); err != nil {
				t.Fatal(err)
			}
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			cutting := &cuttingListener{Listener: listener}
			defer serveLog(hosts[server], board.log, cutting)()
			url := "http://" + listener.Addr().String() + "/events"
			if server == "sockets" {
				url = "ws://" + listener.Addr().String() + websocketPath
			}
			node := exec.CommandContext(t.Context(), "node", "--no-warnings", "--experimental-websocket",
				"testdata/follow.mjs", client, url)
			out, err := node.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			var complaints strings.Builder
			node.Stderr = &complaints
			if err := node.Start(); err != nil {
				t.Fatal(err)
			}
			defer node.Wait()
			defer node.Process.Kill()
			events := bufio.NewScanner(out)
			want := func(line string) {
				t.Helper()
				if !events.Scan() {
					t.Fatalf("the client ended: %v %s", events.Err(), complaints.String())
				}
				if events.Text() != line {
					t.Fatalf("the client got %q, want %q", events.Text(), line)
				}
			}
			at, _ := board.head()
			want(fmt.Sprint("flightSnapshot ", at))
			for part := range 3 {
				changes := d.changes[10*part : 10*part+10]
				if part > 0 {
					cutting.cut()
				}
				if err := board.append(changes); err != nil {
					t.Fatal(err)
				}
				for _, c := range changes {
					at++
					want(fmt.Sprint(c.Kind.EventType(), " ", at))
				}
			}
		})
	}
}

// A cuttingListener can cut the connections that it has accepted.
type cuttingListener struct {
	net.Listener
	mu    sync.Mutex
	conns []net.Conn
}

func (l *cuttingListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err == nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.conns = append(l.conns, c)
	}
	return c, err
}

func (l *cuttingListener) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range l.conns {
		c.Close()
	}
	l.conns = nil
}
