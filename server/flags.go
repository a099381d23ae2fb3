package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"time"

	"flightboard/server/feed"
)

// usageError is a mistake on the command line.
type usageError struct{ error }

type settings struct {
	addr      string
	feed      string
	file      string
	speed     float64
	at        string
	origins   string
	www       string
	heartbeat time.Duration
	silent    time.Duration
	drain     time.Duration
	tokens    string
	log       string
	sync      string
	history   bytes
}

func parse(args []string, out io.Writer) (s settings, err error) {
	flags := flag.NewFlagSet("flightboard", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&s.addr, "addr", "localhost:5000", "serve on this `host:port`")
	flags.StringVar(&s.feed, "feed", "replay", "flights come from `name`: replay, tutorial or none")
	flags.StringVar(&s.file, "file", "", "replay: a CSV `file`; built in is New York JFK, December 2023")
	flags.Float64Var(&s.speed, "speed", 60, "replay: `times` faster than real time")
	flags.StringVar(&s.at, "at", "", "replay: start at this airport `time`, 15:04 or 2006-01-02T15:04")
	flags.StringVar(&s.origins, "allow-origin", "*", "web `origins` whose pages may read, separated by commas")
	flags.StringVar(&s.www, "www", "", "serve the page from this `folder` instead of from the binary")
	flags.DurationVar(&s.heartbeat, "heartbeat", 15*time.Second, "tell silent viewers after this `time` that all is well")
	flags.DurationVar(&s.silent, "silent", 5*time.Minute, "none: tell viewers when nobody has published for this `time`; 0: never")
	flags.DurationVar(&s.drain, "drain", 5*time.Second, "spread the closing of connections over this `time`")
	flags.StringVar(&s.tokens, "token-file", "", "publishers need a token of this `file`, one a line, or of $FLIGHTBOARD_TOKENS")
	flags.StringVar(&s.log, "log", "", "keep the log in this `folder`; it is in memory only otherwise")
	flags.StringVar(&s.sync, "sync", "always", "`when` the disk is made to keep it: always (before it is acknowledged), after an\ninterval such as 1s, or never; the end of the process takes nothing")
	s.history = 64 << 20
	flags.Var(&s.history, "history", "so many `bytes` of events can be resumed in, as in 64MiB")
	err = flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintln(out, "flightboard serves a live flight timetable on the web.\n\nUsage: flightboard [flags]")
		flags.SetOutput(out)
		flags.PrintDefaults()
		return s, err
	case err != nil:
		return s, usageError{err}
	case flags.NArg() > 0:
		return s, usageError{fmt.Errorf("unexpected argument %q; see -h", flags.Arg(0))}
	case s.speed <= 0:
		return s, usageError{fmt.Errorf("-speed %v: want more than 0", s.speed)}
	case s.drain < 0:
		return s, usageError{fmt.Errorf("-drain %v: want 0 or more", s.drain)}
	case s.heartbeat < time.Second:
		return s, usageError{fmt.Errorf("-heartbeat %v: want at least 1s", s.heartbeat)}
	}
	return s, nil
}

// source returns the feed, and what it wants to hear of arriving viewers.
func (s settings) source(logger *slog.Logger) (source feed.Feed, arrived func(fresh bool), err error) {
	switch s.feed {
	case "none":
		return idle{}, nil, nil
	case "tutorial":
		tutorial := feed.NewTutorial()
		return tutorial, tutorial.Viewer, nil
	case "replay":
		source, err = feed.NewReplay(feed.ReplayOptions{File: s.file, Speed: s.speed, At: s.at, Logger: logger})
		if err != nil {
			return nil, nil, usageError{fmt.Errorf("-feed replay: %w", err)}
		}
		return source, nil, nil
	}
	return nil, nil, usageError{fmt.Errorf("-feed %q: want replay, tutorial or none", s.feed)}
}

// idle is the feed of a board that only POST /flights fills.
type idle struct{}

func (idle) Run(ctx context.Context, _ feed.Log) error {
	<-ctx.Done()
	return nil
}
