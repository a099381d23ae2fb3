// Package serve runs the HTTP server and the feeds, and stops both without losing an answer to a publisher.
package serve

import (
	"context"
	"log"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// A Server serves a board.
type Server struct {
	Handler Handler
	Feeds   func(context.Context) // runs the feeds until the context is done
	Drain   time.Duration         // over which the closing of viewers' connections is spread
	Logger  *slog.Logger
}

// A Handler answers requests, and takes over the connections of viewers. A *web.Handler is one.
type Handler interface {
	http.Handler
	ConnContext(ctx context.Context, c net.Conn) context.Context
	Run(ctx context.Context)                         // drives the connections that it has taken over
	Drain(ctx context.Context, within time.Duration) // closes viewers' connections
}

// answerTime is how long a server that stops waits for requests that have begun, in addition to the drain.
const answerTime = 5 * time.Second

// Serve answers requests and runs the feeds until ctx is done. Then it stops accepting connections and closes those of
// viewers one by one, while the feeds continue and requests that have begun are answered. It returns when all
// connections are closed and the feeds have ended. Handlers of requests that took too long may still run.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true) // for a proxy that ends TLS
	server := &http.Server{
		Handler:           s.Handler,
		Protocols:         protocols,
		ConnContext:       s.Handler.ConnContext,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          log.New(httpErrors{s.Logger}, "", 0),
	}
	var running sync.WaitGroup
	defer running.Wait()
	feeding, stopFeed := context.WithCancel(context.WithoutCancel(ctx))
	defer stopFeed()
	running.Go(func() { s.Feeds(feeding) })
	driving, stopDriving := context.WithCancel(context.WithoutCancel(ctx))
	defer stopDriving()
	running.Go(func() { s.Handler.Run(driving) })
	failed := make(chan error, 1)
	running.Go(func() { failed <- server.Serve(listener) })
	s.Logger.Info("listening", "url", "http://"+listener.Addr().String())

	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	s.Logger.Info("stopping", "within", s.Drain.String())
	// Connections that are open after that are closed.
	patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.Drain+answerTime)
	defer cancel()
	answered := make(chan struct{})
	running.Go(func() {
		defer close(answered)
		if err := server.Shutdown(patience); err != nil {
			s.Logger.Warn("requests were cut off", "error", err)
			server.Close()
		}
	})
	s.Handler.Drain(patience, s.Drain)
	<-answered // also publishers, while the log is open
	s.Logger.Info("stopped")
	return nil
}

// httpErrors logs the errors of net/http. They contain bytes of clients, so they are an attribute, and the message is
// always the same.
type httpErrors struct{ logger *slog.Logger }

func (h httpErrors) Write(line []byte) (int, error) {
	h.logger.Warn("net/http", "error", strings.TrimSpace(string(line)))
	return len(line), nil
}
