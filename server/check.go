package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"flightboard/server/feed/check"
	"flightboard/server/feed/mapping"
	"flightboard/server/feed/poll"
	"flightboard/server/feed/presets"
	"flightboard/server/feed/source"
	"flightboard/server/flagvalue"
)

// errNoBoard is the result of -check if no board would stand on the answer. The report has the reasons.
var errNoBoard = errors.New("-check: no board would stand on this answer")

// runCheck writes to out what a board would make of an answer of the source that -check names.
func (s settings) runCheck(ctx context.Context, out io.Writer) error {
	_, what := flagvalue.CutName(s.check)
	one, err := openSource(what)
	if err != nil {
		return usageError{fmt.Errorf("-check %s: %w", s.check, err)}
	}
	options := check.Options{Answers: s.answers, Poll: poll.Options{Contact: s.contact}}
	if s.at != "" {
		if options.At, err = time.ParseInLocation("2006-01-02T15:04", s.at, one.About().Zone); err != nil {
			return usageError{fmt.Errorf("-at %s: want a time such as 2006-01-02T15:04", s.at)}
		}
	}
	stands, err := check.Run(ctx, out, one, options)
	if err != nil {
		return fmt.Errorf("-check %s: %w", s.check, err)
	}
	if !stands {
		return errNoBoard
	}
	return nil
}

// openSource opens a preset, such as avinor:OSL, or a mapping in a file, which is called something.feed.json.
func openSource(what string) (source.Source, error) {
	if presets.Is(what) {
		return presets.Open(what, os.LookupEnv)
	}
	if !strings.HasSuffix(what, mappingSuffix) {
		return nil, fmt.Errorf("want a file such as airport%s, or one of the presets %s", mappingSuffix,
			strings.Join(presets.Names(), ", "))
	}
	text, err := os.ReadFile(what)
	if err != nil {
		return nil, err
	}
	return mapping.Parse(what, text, mapping.Options{Environ: os.LookupEnv})
}

const mappingSuffix = ".feed.json"
