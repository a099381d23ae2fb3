package web_test

import (
	"context"
	"crypto/tls"
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
	t.Run("plain", func(t *testing.T) { leavesAtOnce(t, func(l net.Listener) net.Listener { return l }, net.Dial) })
	t.Run("TLS", func(t *testing.T) {
		leavesAtOnce(t, func(l net.Listener) net.Listener { return speakTLS(t, l) },
			func(network, address string) (net.Conn, error) { return tls.Dial(network, address, anyName) })
	})
}

func leavesAtOnce(t *testing.T, listen func(net.Listener) net.Listener, dial func(_, _ string) (net.Conn, error)) {
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
	go server.Serve(listen(listener))
	defer func() { server.Close(); stop(); <-ran }()

	for _, leave := range []struct {
		how string
		do  func(c net.Conn, tcp *net.TCPConn)
	}{
		{"by closing", func(c net.Conn, _ *net.TCPConn) { c.Close() }},
		{"by a reset", func(_ net.Conn, tcp *net.TCPConn) { tcp.SetLinger(0); tcp.Close() }},
		{"by half", func(_ net.Conn, tcp *net.TCPConn) { tcp.CloseWrite() }},
	} {
		c, err := dial("tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Write([]byte("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")); err != nil {
			t.Fatal(err)
		}
		if line := <-said; !strings.Contains(line, "viewer arrives") {
			t.Fatalf("the log says %q, want that a viewer arrives", line)
		}
		tcp, plain := c.(*net.TCPConn)
		if !plain {
			tcp = c.(*tls.Conn).NetConn().(*net.TCPConn)
		}
		leave.do(c, tcp)
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
