// Command server serves a live flight timetable: the event stream, the board, the publisher's door and the page.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/web"
	"flightboard/www"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stderr)
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return
	case errors.As(err, new(usageError)):
		fmt.Fprintln(os.Stderr, "flightboard:", err)
		os.Exit(2)
	}
	fmt.Fprintln(os.Stderr, "flightboard:", err)
	os.Exit(1)
}

// run serves until ctx is done. It returns when every connection and every goroutine has ended.
func run(ctx context.Context, args []string, out io.Writer) error {
	s, err := parse(args, out)
	if err != nil {
		return err
	}
	logger := slog.New(slog.NewTextHandler(out, nil))
	log := eventlog.New(eventlog.Options{})
	options := web.Options{
		Heartbeat:   s.heartbeat,
		AllowOrigin: strings.FieldsFunc(s.origins, func(r rune) bool { return r == ',' || r == ' ' }),
		Page:        www.Files,
		Log:         logger,
	}
	if s.www != "" {
		root, err := os.OpenRoot(s.www)
		if err != nil {
			return usageError{fmt.Errorf("-www: %w", err)}
		}
		defer root.Close()
		options.Page, options.Live = root.FS(), true
	}
	source, arrived, err := s.source(logger)
	if err != nil {
		return err
	}
	options.Arrived = arrived

	listener, err := listen(s.addr)
	if err != nil {
		return err
	}
	return serve(ctx, listener, web.New(log, options), func(ctx context.Context) error { return source.Run(ctx, log) }, logger)
}

func listen(addr string) (net.Listener, error) {
	listener, err := net.Listen("tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%s is in use by another program; choose another address, as in -addr localhost:5001 "+
			"(on macOS AirPlay Receiver holds port 5000; it can be switched off in the system settings)", addr)
	}
	if err != nil {
		return nil, usageError{fmt.Errorf("-addr: %w", err)}
	}
	return listener, nil
}

// serve runs the feed and answers requests until ctx is done.
func serve(ctx context.Context, listener net.Listener, handler http.Handler, feed func(context.Context) error, logger *slog.Logger) error {
	streams, closeStreams := context.WithCancelCause(context.Background())
	defer closeStreams(nil)
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true) // for the hop behind a proxy that ends TLS
	server := &http.Server{
		Handler:           handler,
		Protocols:         protocols,
		BaseContext:       func(net.Listener) context.Context { return streams },
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
	var running sync.WaitGroup
	defer running.Wait()
	feeding, stopFeed := context.WithCancel(ctx)
	defer stopFeed()
	running.Go(func() {
		if err := feed(feeding); err != nil {
			logger.Error("the feed has failed", "error", err)
		}
	})
	failed := make(chan error, 1)
	running.Go(func() { failed <- server.Serve(listener) })
	logger.Info("listening", "url", "http://"+listener.Addr().String())

	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	closeStreams(http.ErrServerClosed)
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := server.Shutdown(last); err != nil {
		server.Close()
	}
	logger.Info("stopped")
	return nil
}
