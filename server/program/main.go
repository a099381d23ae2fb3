// Package program is the server's program: it reads the flags, joins the other packages, and serves. It is a package,
// so that a module with dependencies that the root module may not have can be a main as well.
package program

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/logging"
	"flightboard/server/serve"
	"flightboard/server/token"
	"flightboard/server/web"
	"flightboard/www"
)

// readerTime is the longest time that a process which ends waits for the readers of its output, such as its log.
const readerTime = 2 * time.Second

// Main runs the program with the arguments of the process, until a signal ends it, and exits with its status: 0, or 1
// after an error, or 2 after one in the command line.
func Main(extensions ...Extension) {
	signal.Ignore(syscall.SIGPIPE) // or a write to a closed stdout or stderr would end the process
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	out := logging.NewWriter(os.Stderr)
	err := run(ctx, os.Args[1:], out, extensions...)
	status := 1
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		status = 0
	case errors.As(err, new(usageError)):
		status = 2
	}
	if status != 0 {
		fmt.Fprintln(out, "flightboard:", err)
	}
	out.Close(readerTime)
	os.Exit(status)
}

// linesPerSecond is the most lines of each kind in the log a second, because every connection causes some.
const linesPerSecond = 50

// run serves until ctx is done, and returns when all connections are closed and the feeds have ended.
func run(ctx context.Context, args []string, out io.Writer, extensions ...Extension) (failed error) {
	s, err := parse(args, out, extensions...)
	if err != nil {
		return err
	}
	if s.version {
		fmt.Println(version())
		return nil
	}
	if s.check != "" {
		return s.runCheck(ctx, os.Stdout)
	}
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP) // or the signal would end the process
	defer signal.Stop(hangup)
	limiter := logging.NewLimiter(slog.NewTextHandler(out, nil), linesPerSecond, "reason", "resumed")
	defer limiter.Flush()
	logger := slog.New(limiter)
	tokenFile := newWatchedFile("-token-file", s.tokens)
	tokens, err := token.Read(s.tokens, os.LookupEnv)
	if err != nil {
		return usageError{err}
	}
	s.stopped = lastWritten(s.log)
	log, err := s.open(logger)
	if err != nil {
		return err
	}
	defer func() {
		if err := log.Close(); err != nil {
			failed = errors.Join(failed, fmt.Errorf("-log: %w", err))
		}
	}()
	options := web.Options{
		Heartbeat:   s.heartbeat,
		AllowOrigin: strings.FieldsFunc(s.origins, func(r rune) bool { return r == ',' || r == ' ' }),
		Page:        www.Files,
		Embed:       s.embed,
		NoOffline:   !s.offline,
		Log:         logger,
		Viewers:     s.limits.viewers[0],
		ViewersEach: s.limits.viewers[1],
		Limits:      s.limits.ofRequests(),
		NoTakeover:  !s.takeover,
		HSTS:        s.hsts,
		Proxies:     s.proxies,
	}
	publishes := s.publish
	if s.follow.URL != nil {
		publishes = s.followOrigin
	}
	feeds, end, err := publishes(ctx, log, tokens, &options)
	switch {
	case err != nil && ctx.Err() != nil:
		return nil // the origin was still being waited for
	case err != nil:
		return err
	}
	defer end()
	unshare, err := s.share(ctx, log, &options, extensions)
	switch {
	case err != nil && ctx.Err() != nil:
		return nil // the other logs were still being waited for
	case err != nil:
		return err
	}
	defer unshare()
	if s.www != "" {
		root, err := os.OpenRoot(s.www)
		if err != nil {
			return usageError{fmt.Errorf("-www: %w", err)}
		}
		defer root.Close()
		options.Page, options.Live = root.FS(), true
	}
	var files []*watchedFile
	if options.Readers, files, err = s.readers(ctx, logger, extensions); err != nil {
		return err
	}
	listener, err := serve.Listen(s.addr)
	if errors.As(err, new(*serve.AddrError)) {
		return usageError{fmt.Errorf("-addr: %w", err)}
	} else if err != nil {
		return err
	}
	server := serve.Server{Feeds: feeds, Drain: s.drain, Logger: logger, Limits: s.limits.ofServer()}
	if err := s.secure(&server); err != nil {
		return err
	}
	handler := web.New(log, options)
	server.Handler = handler
	if err := s.administer(&server, handler, log); err != nil {
		return err
	}
	if s.tokens != "" {
		tokenFile.publish(handler)
		files = append(files, tokenFile)
	}
	go reread(ctx, files, hangup, logger) // run does not wait for it: the disk may hang
	return server.Serve(ctx, listener)
}

// lastWritten returns when a file of a folder was last written; zero: the folder has none.
func lastWritten(dir string) (last time.Time) {
	files, _ := os.ReadDir(dir) // opening the log says what is wrong with it
	for _, file := range files {
		if info, err := file.Info(); err == nil && info.ModTime().After(last) {
			last = info.ModTime()
		}
	}
	return last
}

// open opens the log according to the flags.
func (s settings) open(logger *slog.Logger) (*eventlog.Log, error) {
	options := eventlog.Options{History: int(s.history), Flights: s.flights, Repair: s.repair}
	if s.log == "" {
		return eventlog.New(options), nil
	}
	when, err := eventlog.ParseSync(s.sync)
	if err != nil {
		return nil, usageError{fmt.Errorf("-sync %w", err)}
	}
	log, found, err := eventlog.Open(s.log, when, options)
	if errors.Is(err, eventlog.ErrDamaged) {
		return nil, fmt.Errorf("-log: %w; with -repair the server starts with what is left", err)
	}
	if err != nil {
		return nil, fmt.Errorf("-log: %w", err)
	}
	if found.Cut > 0 {
		logger.Warn("an incomplete record at the log's end was cut: it had not been synced yet", "bytes", found.Cut)
	}
	for _, err := range found.Lost {
		logger.Error("acknowledged changes are lost", "error", err)
	}
	for _, err := range found.Dropped {
		logger.Warn("an old part of the log cannot be read; viewers that resume there get a snapshot", "error", err)
	}
	logger.Info("the log is open", "folder", s.log, "flights", found.Flights, "position", found.Head)
	return log, nil
}
