package main

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"flightboard/server/web"
)

// A site is the running server: a face, a feed, and the way both end.
type site struct {
	face   *web.Face
	feed   func(context.Context) error
	drain  time.Duration
	logger *slog.Logger
}

// serve answers requests and runs the feed until ctx is done. Then it stops accepting, lets viewers leave one by one
// while the feed goes on, and returns when every connection and every goroutine has ended.
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
		ErrorLog:          slog.NewLogLogger(s.logger.Handler(), slog.LevelWarn),
	}
	var running sync.WaitGroup
	defer running.Wait()
	feeding, stopFeed := context.WithCancel(context.WithoutCancel(ctx))
	defer stopFeed()
	running.Go(func() {
		if err := s.feed(feeding); err != nil {
			s.logger.Error("the feed has failed", "error", err)
		}
	})
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
	// Whoever does not leave by himself, because he has stopped reading, is made to.
	patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.drain+5*time.Second)
	defer cancel()
	running.Go(func() {
		if err := server.Shutdown(patience); err != nil {
			server.Close()
		}
	})
	s.face.Drain(patience, s.drain)
	s.logger.Info("stopped")
	return nil
}
