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
	"os"
	"os/signal"
	"strings"
	"syscall"

	"flightboard/server/eventlog"
	"flightboard/server/web"
	"flightboard/www"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
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
	tokens, err := readTokens(s.tokens, os.Getenv)
	if err != nil {
		return usageError{err}
	}
	log, err := s.open(logger)
	if err != nil {
		return err
	}
	defer log.Close()
	sources, err := s.feeds(log, logger)
	if err != nil {
		return err
	}
	defer sources.hand.close()
	options := web.Options{
		Heartbeat:   s.heartbeat,
		AllowOrigin: strings.FieldsFunc(s.origins, func(r rune) bool { return r == ',' || r == ' ' }),
		Page:        www.Files,
		Log:         logger,
		Arrived:     sources.arrived,
		Publish:     sources.door,
		Refused:     sources.door.refuse,
		Silent:      sources.silent,
		Feeds:       sources.health,
		Fault:       sources.hand.health,
		Tokens:      tokens,
		Rate:        s.rate,
		Viewers:     s.viewers[0],
		ViewersEach: s.viewers[1],
	}
	if s.www != "" {
		root, err := os.OpenRoot(s.www)
		if err != nil {
			return usageError{fmt.Errorf("-www: %w", err)}
		}
		defer root.Close()
		options.Page, options.Live = root.FS(), true
	}
	listener, err := listen(s.addr)
	if err != nil {
		return err
	}
	site := &site{face: web.New(log, options), feed: sources.run, drain: s.drain, logger: logger}
	return site.serve(ctx, listener)
}

// open opens the log that the flags ask for.
func (s settings) open(logger *slog.Logger) (*eventlog.Log, error) {
	options := eventlog.Options{History: int(s.history)}
	if s.log == "" {
		return eventlog.New(options), nil
	}
	when, err := eventlog.ParseSync(s.sync)
	if err != nil {
		return nil, usageError{fmt.Errorf("-sync %w", err)}
	}
	log, found, err := eventlog.Open(s.log, when, options)
	if err != nil {
		return nil, fmt.Errorf("-log: %w", err)
	}
	if found.Cut > 0 {
		logger.Warn("the log's torn tail was cut: an append that was never acknowledged", "bytes", found.Cut)
	}
	for _, err := range found.Dropped {
		logger.Warn("an old part of the log cannot be read; viewers who were there get a snapshot", "error", err)
	}
	logger.Info("the log is open", "folder", s.log, "flights", found.Flights, "position", found.Head)
	return log, nil
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
