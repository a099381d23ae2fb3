// Package serve runs the HTTP server and the feeds, and stops both without losing an answer to a publisher.
package serve

import (
	"cmp"
	"context"
	"log"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"flightboard/server/web/fanout"
)

// A Server serves a board.
type Server struct {
	Handler Handler
	Feeds   func(context.Context) // runs the feeds until the context is done
	Drain   time.Duration         // over which the closing of viewers' connections is spread
	Logger  *slog.Logger
	Limits  Limits

	Certificate *Certificate // nil: connections are not encrypted
	Redirect    net.Listener // its requests are redirected to https; nil: there is none

	Admin        net.Listener // its requests go to AdminHandler, until Serve returns; nil: there is none
	AdminHandler http.Handler
}

// Limits are those of net/http. A field that is 0 has the value in its comment.
type Limits struct {
	HeaderTime time.Duration // in which the headers must come, and the TLS handshake must be done: 10 s
	IdleTime   time.Duration // after which a connection without a request is closed: 2 min
	Headers    int           // bytes of the headers: 32 KiB
	Streams    int           // at once on a connection of HTTP/2: 100
}

// A Handler answers requests, and takes over the connections of viewers. A *web.Handler is one.
type Handler interface {
	http.Handler
	ConnContext(ctx context.Context, c net.Conn) context.Context
	ConnState(c net.Conn, state http.ConnState)      // may close it
	Run(ctx context.Context)                         // drives the connections that it has taken over
	Drain(ctx context.Context, within time.Duration) // closes viewers' connections
}

// answerTime is how long a server that stops waits for requests that have begun, in addition to the drain.
const answerTime = 5 * time.Second

// Serve answers requests and runs the feeds until ctx is done. Then it stops accepting connections and closes those of
// viewers one by one, while the feeds continue and requests that have begun are answered. It returns when all
// connections are closed and the feeds have ended. Handlers of requests that took too long may still run.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	if err := checkSockets(); err != nil {
		return err
	}
	server := s.newServer(s.Handler)
	server.ConnContext, server.ConnState = s.Handler.ConnContext, s.Handler.ConnState
	var running sync.WaitGroup
	defer running.Wait()
	feeding, stopFeed := context.WithCancel(context.WithoutCancel(ctx))
	defer stopFeed()
	running.Go(func() { s.Feeds(feeding) })
	driving, stopDriving := context.WithCancel(context.WithoutCancel(ctx))
	defer stopDriving()
	running.Go(func() { s.Handler.Run(driving) })
	failed := make(chan error, 1)
	scheme := "http"
	if s.Certificate != nil {
		scheme, server.TLSConfig = "https", s.Certificate.config()
		running.Go(func() { failed <- server.ServeTLS(fanout.BelowTLS(listener), "", "") })
	} else {
		running.Go(func() { failed <- server.Serve(listener) })
	}
	s.Logger.Info("listening", "url", scheme+"://"+listener.Addr().String())
	if s.Redirect != nil {
		redirect := s.newServer(Redirect(listener.Addr().String()))
		redirect.ConnState = s.Handler.ConnState
		defer redirect.Close()
		running.Go(func() { redirect.Serve(s.Redirect) })
		s.Logger.Info("redirecting to https", "url", "http://"+s.Redirect.Addr().String())
	}
	if s.Admin != nil {
		admin := s.newServer(s.AdminHandler)
		defer admin.Close()
		running.Go(func() { admin.Serve(s.Admin) })
		s.Logger.Info("metrics and profiles", "url", "http://"+s.Admin.Addr().String()+"/debug/")
	}
	s.tellSystemd("READY=1")

	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	s.Logger.Info("stopping", "within", s.Drain.String())
	s.tellSystemd(stopping(s.Drain + answerTime))
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

// writeTime is the time after which a connection of HTTP/2 is closed that takes no byte. On HTTP/1.1 each write has a
// deadline.
const writeTime = 10 * time.Second

// newServer returns a server with the limits of all that listen.
func (s *Server) newServer(h http.Handler) *http.Server {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(true)
	protocols.SetUnencryptedHTTP2(true) // for a proxy that ends TLS
	return &http.Server{
		Handler:           h,
		Protocols:         protocols,
		ReadHeaderTimeout: cmp.Or(s.Limits.HeaderTime, 10*time.Second),
		IdleTimeout:       cmp.Or(s.Limits.IdleTime, 2*time.Minute),
		MaxHeaderBytes:    cmp.Or(s.Limits.Headers, 32<<10),
		HTTP2: &http.HTTP2Config{
			MaxConcurrentStreams: cmp.Or(s.Limits.Streams, 100),
			WriteByteTimeout:     writeTime,
		},
		ErrorLog: log.New(httpErrors{s.Logger}, "", 0),
	}
}

// httpErrors logs the errors of net/http. They contain bytes of clients, so they are an attribute, and the message is
// always the same.
type httpErrors struct{ logger *slog.Logger }

func (h httpErrors) Write(line []byte) (int, error) {
	h.logger.Warn("net/http", "error", strings.TrimSpace(string(line)))
	return len(line), nil
}
