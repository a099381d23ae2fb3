//go:build unix

package proxies

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/serve"
	"flightboard/server/web"
	"flightboard/www"
)

// A server is flightboard behind the proxies, on a port of its own. It can stop and come back with the same log.
type server struct {
	t       *testing.T
	address string
	url     string // ends with a slash
	log     *eventlog.Log
	stop    func() // returns when it has stopped
	number  atomic.Int64
}

func newServer(t *testing.T) *server {
	t.Helper()
	s := &server{t: t, address: "127.0.0.1:" + freePort(t), log: eventlog.New(eventlog.Options{})}
	s.url = "http://" + s.address + "/"
	s.start()
	t.Cleanup(func() { s.stop() })
	// A viewer that has missed more bytes than the board has gets the board, and not what it has missed.
	var body strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&body, "{\"flight\":\"LH%d\",\"origin\":\"Frankfurt\"}\n", 1000+i)
	}
	if err := s.post(body.String()); err != nil {
		t.Fatal(err)
	}
	if err := s.publish(); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *server) start() {
	s.t.Helper()
	listener, err := net.Listen("tcp", s.address)
	if err != nil {
		s.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	logger := slog.New(slog.DiscardHandler)
	handler := web.New(s.log, web.Options{Page: pageFiles(s.t), OpenDoor: true, Log: logger})
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		feeds := func(ctx context.Context) { <-ctx.Done() }
		(&serve.Server{Handler: handler, Feeds: feeds, Logger: logger}).Serve(ctx, listener)
	}()
	s.stop = func() {
		cancel()
		<-stopped
	}
}

// publish publishes the next change: its number, and the time.
func (s *server) publish() error {
	n := s.number.Add(1)
	return s.post(fmt.Sprintf(`{"flight":"LH400","remark":"%d %d"}`, n, time.Now().UnixMicro()))
}

func (s *server) post(body string) error {
	answer, err := http.Post(s.url+"flights", "application/json", strings.NewReader(body))
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(answer.Body)
		return fmt.Errorf("POST /flights = %s %s", answer.Status, text)
	}
	return nil
}

// publishEvery publishes changes until the test is over.
func (s *server) publishEvery(interval time.Duration) {
	done := make(chan struct{})
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		for {
			select {
			case <-done:
				return
			case <-ticker.C:
			}
			if err := s.publish(); err != nil {
				s.number.Add(-1) // while the server is away
			}
		}
	}()
	s.t.Cleanup(func() {
		close(done)
		<-stopped
	})
}

// pageFiles returns the page's files. The built ones need not be there.
func pageFiles(t *testing.T) fs.FS {
	t.Helper()
	files := make(fstest.MapFS)
	for _, name := range []string{"app.wasm", "wasm_exec.js", "eventsource.js"} {
		files["built/"+name] = &fstest.MapFile{Data: []byte(name)}
	}
	err := fs.WalkDir(www.Files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(path, "built/") {
			return err
		}
		text, err := fs.ReadFile(www.Files, path)
		files[path] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
