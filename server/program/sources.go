package program

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"flightboard/server/airports"
	"flightboard/server/eventlog"
	"flightboard/server/feed"
	"flightboard/server/feed/poll"
	"flightboard/server/flagvalue"
	"flightboard/server/override"
	"flightboard/server/publish"
	"flightboard/server/token"
	"flightboard/server/web"
)

// sources are the publishers of flights, and the recording.
type sources struct {
	feeds     *publish.Feeds
	overrides *override.Overrides
	polled    map[string]*poll.Feed // the feeds of public sources, by name
	arrived   func(fresh bool)      // is called for each viewer; nil: no feed needs it
	log       *eventlog.Log
	record    *os.File // nil: nothing is recorded
	logger    *slog.Logger
}

// sources opens the feeds and the recording according to the flags.
func (s settings) sources(log *eventlog.Log, logger *slog.Logger) (*sources, error) {
	when, _ := eventlog.ParseSync(s.sync) // open has checked it; without a log it has no effect
	overrides, err := override.Open(log, s.log, when, logger)
	if err != nil {
		return nil, err
	}
	all := &sources{log: log, overrides: overrides, logger: logger, feeds: publish.NewFeeds(overrides, log, logger),
		polled: make(map[string]*poll.Feed)}
	all.feeds.LingerLanded, all.feeds.LingerCancelled, all.feeds.LingerOverdue = s.linger[0], s.linger[1], s.linger[2]
	if s.feed.IsNone() { // flights are posted only, so viewers should know when posts stop
		all.feeds.Posted.Expect(s.silent)
	}
	for _, what := range s.feed {
		if what == "none" {
			continue
		}
		name, what := flagvalue.CutName(what)
		if all.feeds.Has(name) {
			return nil, usageError{fmt.Errorf("-feed: two are called %s; give names, as in -feed other=%s", name, what)}
		}
		p := publish.New(overrides, log, name)
		public, err := openSource(what)
		if err != nil {
			return nil, usageError{fmt.Errorf("-feed %s: %w", what, err)}
		}
		if public != nil {
			one := s.poll(p, name, public, log, logger)
			all.polled[name] = one
			all.feeds.Add(p, one)
			continue
		}
		options := feed.OpenOptions{Name: name, Lines: p.LineOptions(logger),
			Replay: feed.ReplayOptions{File: s.file, Speed: s.speed, At: s.at, Logger: logger}}
		if s.speeds {
			options.Playback = s.speed
		}
		one, live, err := feed.Open(what, options)
		if err != nil {
			return nil, usageError{fmt.Errorf("-feed %s: %w", what, err)}
		}
		if live {
			p.Expect(s.silent)
		}
		if tutorial, ok := one.(*feed.Tutorial); ok {
			all.arrived = tutorial.Viewer
		}
		all.feeds.Add(p, one)
	}
	all.feeds.Airport = s.airport
	all.feeds.Date(s.zone.Location)
	if s.record != "" {
		file, err := os.OpenFile(s.record, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
		if err != nil {
			return nil, usageError{fmt.Errorf("-record: %w", err)}
		}
		all.record = file
	}
	return all, nil
}

// publish makes the options of a server with publishers of its own. run runs them, until ctx is done.
func (s settings) publish(_ context.Context, log *eventlog.Log, tokens []token.Token, o *web.Options) (
	run func(context.Context), end func(), err error,
) {
	all, err := s.sources(log, o.Log)
	if err != nil {
		return nil, nil, err
	}
	o.Arrived, o.Publish, o.Refused = all.arrived, all.feeds.Posted, all.feeds.Posted.Refuse
	o.Describe, o.Silent, o.Rejected, o.Feeds = all.describe, all.silent, all.rejected, all.health
	o.Fault = all.overrides.Health
	o.Tokens, o.OpenDoor, o.Rate = tokens, s.isOpen(), s.rate
	all.feeds.Closed = len(tokens) == 0 && !o.OpenDoor
	logWhoPublishes(o.Log, len(tokens), o.OpenDoor)
	return all.run, all.overrides.Close, nil
}

// run publishes, ends overrides, and records, until ctx is done.
func (s *sources) run(ctx context.Context) {
	var running sync.WaitGroup
	defer running.Wait()
	running.Go(func() { s.feeds.Run(ctx) })
	running.Go(func() { s.overrides.Run(ctx) })
	if s.record == nil {
		return
	}
	defer s.record.Close()
	// A pipe without a reader must not delay the end. Other files have no deadlines.
	stop := context.AfterFunc(ctx, func() { s.record.SetWriteDeadline(time.Now().Add(readerTime)) })
	defer stop()
	if err := feed.Record(ctx, s.log, s.record); err != nil {
		s.logger.Error("recording has failed; the server continues without it", "error", err)
	}
}

// silent returns the publishers that have reported nothing for too long.
func (s *sources) silent(now time.Time) (silences []web.Silence) {
	for _, one := range s.feeds.Statuses(now) {
		if !one.Silent.IsZero() {
			silences = append(silences, web.Silence{Feed: one.Feed, Since: one.Silent.UTC().Truncate(time.Second)})
		}
	}
	return silences
}

// describe returns what is known about the board.
func (s *sources) describe(now time.Time) (d web.Description) {
	is := s.feeds.Describe(now)
	if a, ok := airports.Lookup(is.Airport); ok {
		d.City, d.Direction = a.City, "arrivals"
	}
	d.Airport, d.Credit, d.Recording = is.Airport, is.Credit, is.Recording
	if !is.Recorded.IsZero() {
		d.Recording = is.Recorded.In(cmp.Or(is.Zone, time.UTC)).Format(time.DateOnly)
	}
	at := is.Now
	if is.Recording == "" {
		at = now
	}
	if is.Zone == nil || at.IsZero() {
		return d
	}
	d.Time = at.In(is.Zone).Truncate(time.Second)
	if strings.Contains(is.Zone.String(), "/") { // and not a recording's fixed offset
		d.Zone = is.Zone.String()
	}
	if is.Speed != 1 {
		d.Speed = is.Speed
	}
	return d
}

// rejected returns the publishers with rows that cannot be read.
func (s *sources) rejected(now time.Time) (rejections []web.Rejection) {
	for _, one := range s.feeds.Statuses(now) {
		rejections = append(rejections, web.Rejection{Feed: one.Feed, Rows: one.Rejected, Reasons: one.Reasons})
	}
	return slices.DeleteFunc(rejections, func(r web.Rejection) bool { return r.Rows == 0 })
}

// health returns the state of all publishers.
func (s *sources) health(now time.Time) (healths []web.Health) {
	for _, one := range s.feeds.Statuses(now) {
		healths = append(healths, web.Health{Feed: one.Feed, Source: s.sourceHealth(one.Feed),
			Last: one.Last.UTC(), Accepted: one.Accepted, Refused: one.Refused, Idle: web.Idle(one.Idle),
			Silent: !one.Silent.IsZero(), Over: one.Over, Fault: one.Fault})
	}
	return healths
}
