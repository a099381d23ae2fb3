package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/feed"
	"flightboard/server/web"
)

// feeds are all publishers of one board: those that -feed names, and the door. None can stop another.
type feeds struct {
	log     *eventlog.Log
	list    []namedFeed
	door    *monitor
	arrived func(fresh bool) // what a feed wants to hear of arriving viewers; may be nil
	record  *os.File         // nil: nothing is recorded
	linger  lingers
	hand    *hand
	logger  *slog.Logger
}

type namedFeed struct {
	*monitor
	feed.Feed
}

// tidy says whether the feed takes its own flights from the board.
func (n namedFeed) tidy() bool {
	switch n.Feed.(type) {
	case *feed.Replay, *feed.Tutorial, *feed.Playback:
		return true
	}
	return false
}

// feeds opens what the flags ask for.
func (s settings) feeds(log *eventlog.Log, logger *slog.Logger) (*feeds, error) {
	when, err := eventlog.ParseSync(s.sync)
	if err != nil && s.log != "" {
		return nil, usageError{fmt.Errorf("-sync %w", err)}
	}
	hand, err := newHand(log, s.log, when, logger)
	if err != nil {
		return nil, err
	}
	f := &feeds{log: log, logger: logger, linger: s.linger, hand: hand}
	f.door = &monitor{Log: log, hand: f.hand, name: "POST /flights"}
	for _, what := range s.feed {
		if what == "none" {
			continue
		}
		name, what := nameOf(what)
		if slices.ContainsFunc(f.list, func(other namedFeed) bool { return other.name == name }) {
			return nil, usageError{fmt.Errorf("-feed: two are called %s; give names, as in -feed %s=%s", name, "other", what)}
		}
		m := &monitor{Log: log, hand: f.hand, name: name}
		source, err := s.source(f, m, what)
		if err != nil {
			return nil, usageError{fmt.Errorf("-feed %s: %w", what, err)}
		}
		f.list = append(f.list, namedFeed{m, source})
	}
	for _, one := range f.list {
		one.shares, one.source = len(f.list) > 1, one.name
	}
	if len(f.list) == 0 { // flights come through the door alone; once they have come, silence is news
		f.door.patience = s.silent
	}
	if s.record != "" {
		file, err := os.OpenFile(s.record, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
		if err != nil {
			return nil, usageError{fmt.Errorf("-record: %w", err)}
		}
		f.record = file
	}
	return f, nil
}

// source returns the feed that -feed calls so.
func (s settings) source(f *feeds, m *monitor, what string) (feed.Feed, error) {
	lines := feed.LineOptions{Logger: f.logger, Refused: m.refuse}
	switch {
	case what == "tutorial":
		tutorial := feed.NewTutorial()
		f.arrived = tutorial.Viewer
		return tutorial, nil
	case what == "replay":
		return feed.NewReplay(feed.ReplayOptions{File: s.file, Speed: s.speed, At: s.at, Logger: f.logger})
	case what == "-":
		m.patience = s.silent
		return feed.NewPipe(m.name, os.Stdin, lines), nil
	case !strings.ContainsAny(what, `./\`):
		return nil, fmt.Errorf("want replay, tutorial, none, - or a file")
	case s.speeds && !strings.EqualFold(filepath.Ext(what), ".csv"):
		return feed.NewPlayback(m.name, what, s.speed, lines)
	}
	m.patience = s.silent
	return feed.NewFile(m.name, what, lines)
}

// nameOf splits name=what. Without a name a file is called after itself.
func nameOf(text string) (name, what string) {
	if name, what, ok := strings.Cut(text, "="); ok && name != "" && !strings.ContainsAny(name, `./\`) {
		return name, what
	}
	if text == "-" {
		return "stdin", text
	}
	base := filepath.Base(text)
	return strings.TrimSuffix(base, filepath.Ext(base)), text
}

// run runs all of them until ctx is done. Each failure is told where it happens, so none is left to return.
func (f *feeds) run(ctx context.Context) error {
	var running sync.WaitGroup
	for _, one := range f.list {
		running.Go(func() {
			if one.patience > 0 {
				one.expect()
			}
			err := one.guarded(ctx)
			if ctx.Err() != nil {
				return
			}
			one.fail(err)
			if err != nil {
				f.logger.Error("a feed has failed; the others go on", "feed", one.name, "error", err)
			} else {
				f.logger.Info("a feed has nothing more to say", "feed", one.name)
			}
		})
	}
	if l := f.lingers(); l != nil {
		running.Go(func() {
			if err := l.Run(ctx, f.log); err != nil {
				f.logger.Error("flights that are over stay on the board", "error", err)
			}
		})
	}
	if f.hand != nil {
		running.Go(func() { f.hand.run(ctx) })
	}
	if f.record != nil {
		running.Go(func() {
			// A pipe that nobody reads does not hold up the end. Other files have no deadlines.
			stop := context.AfterFunc(ctx, func() { f.record.SetWriteDeadline(time.Now().Add(readerTime)) })
			defer stop()
			if err := feed.Record(ctx, f.log, f.record); err != nil {
				f.logger.Error("recording has failed; the board goes on", "error", err)
			}
			f.record.Close()
		})
	}
	running.Wait()
	<-ctx.Done()
	return nil
}

// lingers returns what takes flights that are over from the board, or nil when those who brought them do.
func (f *feeds) lingers() *feed.Linger {
	tidy := make(map[string]bool)
	for _, one := range f.list {
		if one.tidy() && !one.shares {
			return nil
		}
		tidy[one.name] = one.tidy()
	}
	return &feed.Linger{Landed: f.linger[0], Astray: f.linger[1], Except: func(name string) bool { return tidy[name] },
		To: &monitor{Log: f.log, hand: f.hand}} // what leaves the board leaves from beneath overrides too
}

// guarded turns a panic, which would end all feeds and the server, into an error of this one.
func (n namedFeed) guarded(ctx context.Context) (err error) {
	defer func() {
		if what := recover(); what != nil {
			err = fmt.Errorf("panic: %v", what)
		}
	}()
	return n.Run(ctx, n.monitor)
}

func (f *feeds) all() []*monitor {
	all := []*monitor{f.door}
	for _, one := range f.list {
		all = append(all, one.monitor)
	}
	return all
}

func (f *feeds) silent(now time.Time) (silences []web.Silence) {
	for _, m := range f.all() {
		silences = append(silences, m.silent(now)...)
	}
	return silences
}

func (f *feeds) health(now time.Time) (healths []web.Health) {
	for _, m := range f.all() {
		healths = append(healths, m.health(now))
	}
	return healths
}
