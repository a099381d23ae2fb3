package program

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
	if err == nil && one == nil {
		err = fmt.Errorf("want a file such as airport%s, or one of the presets %s", mapping.Suffix,
			strings.Join(presets.Names(), ", "))
	}
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

// openSource opens a preset, such as avinor:OSL, or a mapping in a file, which is called something.feed.json. It
// returns nil if the text names neither. Tests replace it.
var openSource = func(what string) (source.Source, error) {
	if presets.Is(what) {
		return presets.Open(what, os.LookupEnv)
	}
	if !strings.HasSuffix(what, mapping.Suffix) {
		return nil, nil
	}
	text, err := os.ReadFile(what)
	if err != nil {
		return nil, err
	}
	return mapping.Parse(what, text, mapping.Options{Environ: os.LookupEnv})
}

// printPresets lists the public sources, with the variables of the environment that hold their keys.
func printPresets(out io.Writer) {
	line := "Public sources, and the variables of the environment with their keys:"
	for i, name := range presets.Names() {
		text := name
		if presets.Implied(name) == "" {
			text += ":CODE"
		}
		if one, err := presets.Open(strings.Replace(text, "CODE", "FRA", 1), os.LookupEnv); err == nil {
			for _, key := range one.About().Keys {
				text += " $" + key
			}
		}
		if i < len(presets.Names())-1 {
			text += ","
		}
		if len(line)+len(text) >= 95 {
			fmt.Fprintln(out, line)
			line = " "
		}
		line += " " + text
	}
	fmt.Fprintln(out, line)
}
