package main

import (
	"context"
	"log"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"flightboard/server/web"
)

// A site is the running server: a face, a feed, and the way both end.
type site struct {
	face   *web.Handler
	feed   func(context.Context) // runs the feeds until the context is done
	drain  time.Duration
	logger *slog.Logger
}

// answerTime is how long, besides the drain, a server that stops waits for requests that it is about to answer.
const answerTime = 5 * time.Second

// serve answers requests and runs the feed until ctx is done. Then it stops accepting and lets viewers leave one by
// one while the feed goes on and requests that have begun are answered. It returns when every connection and every
// goroutine has ended, but for the handlers of requests that were cut off because they took too long.
func (s *site) serve(ctx context.Context, listener net.Listener) error {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true) // for the hop behind a proxy that ends TLS
	server := &http.Server{
		Handler:           s.face,
		Protocols:         protocols,
		ConnContext:       s.face.ConnContext,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          log.New(httpErrors{s.logger}, "", 0),
	}
	var running sync.WaitGroup
	defer running.Wait()
	feeding, stopFeed := context.WithCancel(context.WithoutCancel(ctx))
	defer stopFeed()
	running.Go(func() { s.feed(feeding) })
	driving, stopDriving := context.WithCancel(context.WithoutCancel(ctx))
	defer stopDriving()
	running.Go(func() { s.face.Run(driving) })
	failed := make(chan error, 1)
	running.Go(func() { failed <- server.Serve(listener) })
	s.logger.Info("listening", "url", "http://"+listener.Addr().String())

	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	s.logger.Info("stopping", "within", s.drain.String())
	// Who has not left by then, and what has not been answered, is cut off.
	patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.drain+answerTime)
	defer cancel()
	answered := make(chan struct{})
	running.Go(func() {
		defer close(answered)
		if err := server.Shutdown(patience); err != nil {
			s.logger.Warn("requests were cut off", "error", err)
			server.Close()
		}
	})
	s.face.Drain(patience, s.drain)
	<-answered // publishers too, while there is a log that takes what they have sent
	s.logger.Info("stopped")
	return nil
}

// httpErrors logs what net/http reports. Its lines hold what strangers have sent, so that is an attribute and the
// message is always the same.
type httpErrors struct{ logger *slog.Logger }

func (h httpErrors) Write(line []byte) (int, error) {
	h.logger.Warn("net/http", "error", strings.TrimSpace(string(line)))
	return len(line), nil
}
