package program

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/web"
)

// A log that an extension shares has the stream among its silent feeds, and viewers who are ahead wait.
func TestAnExtensionSharesTheLog(t *testing.T) {
	log := eventlog.New(eventlog.Options{})
	ended, failed := false, errors.New("refused")
	silence := func(feed string) func(time.Time) []web.Silence {
		return func(time.Time) []web.Silence { return []web.Silence{{Feed: feed}} }
	}
	health := func(time.Time) []web.Health { return []web.Health{{Feed: "stream"}} }
	shares := func(_ context.Context, of *eventlog.Log, _ *slog.Logger) (*Shared, error) {
		if of != log {
			t.Error("the extension gets another log")
		}
		return &Shared{Silent: silence("stream"), Health: health, End: func() { ended = true }}, nil
	}
	fails := func(context.Context, *eventlog.Log, *slog.Logger) (*Shared, error) { return nil, failed }
	declines := func(context.Context, *eventlog.Log, *slog.Logger) (*Shared, error) { return nil, nil }
	for name, c := range map[string]struct {
		extensions []Extension
		silent     int
		err        error
	}{
		"none":     {nil, 1, nil},
		"declines": {[]Extension{{}, {Share: declines}}, 1, nil},
		"shares":   {[]Extension{{}, {Share: declines}, {Share: shares}}, 2, nil},
		"fails":    {[]Extension{{Share: fails}}, 0, failed},
	} {
		o := web.Options{Silent: silence("tower"), Feeds: func(time.Time) []web.Health { return nil }}
		end, err := settings{}.share(t.Context(), log, &o, c.extensions)
		if !errors.Is(err, c.err) {
			t.Errorf("%s: error %v, want %v", name, err, c.err)
		}
		if err != nil {
			continue
		}
		ended = false
		end()
		if got := o.Silent(time.Now()); len(got) != c.silent || ended != (c.silent == 2) || (o.CatchUp > 0) != ended {
			t.Errorf("%s: silent feeds %v, ended %v, CatchUp %v", name, got, ended, o.CatchUp)
		}
	}
}
