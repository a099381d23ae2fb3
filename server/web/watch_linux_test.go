package web_test

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"

	"flightboard/server/eventlog"
	"flightboard/server/web"
)

// TestAViewerThatLeavesIsNoticedAtOnce uses a real socket, and a log without appends, so that no write can fail.
func TestAViewerThatLeavesIsNoticedAtOnce(t *testing.T) {
	said := make(lines, 16)
	face := web.New(eventlog.New(eventlog.Options{}), web.Options{Log: slog.New(slog.NewTextHandler(said, nil))})
	ctx, stop := context.WithCancel(t.Context())
	ran := make(chan struct{})
	go func() { defer close(ran); face.Run(ctx) }()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: face, ConnContext: face.ConnContext}
	go server.Serve(listener)
	defer func() { server.Close(); stop(); <-ran }()

	for _, leave := range []struct {
		how string
		do  func(c *net.TCPConn)
	}{
		{"by closing", func(c *net.TCPConn) { c.Close() }},
		{"by a reset", func(c *net.TCPConn) { c.SetLinger(0); c.Close() }},
		{"by half", func(c *net.TCPConn) { c.CloseWrite() }},
	} {
		c, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Write([]byte("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")); err != nil {
			t.Fatal(err)
		}
		if line := <-said; !strings.Contains(line, "viewer arrives") {
			t.Fatalf("the log says %q, want that a viewer arrives", line)
		}
		leave.do(c.(*net.TCPConn))
		// This waits for ever if it is not noticed.
		if line := <-said; !strings.Contains(line, `reason="the viewer went away"`) {
			t.Errorf("a viewer leaves %s, and the log says %q", leave.how, line)
		}
		c.Close()
	}
}

// lines is a log that can be waited for.
type lines chan string

func (l lines) Write(b []byte) (int, error) {
	l <- string(b)
	return len(b), nil
}
