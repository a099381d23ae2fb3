package logging_test

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"flightboard/server/logging"
)

func TestManyLinesOfAKindBecomeOne(t *testing.T) {
	for _, c := range []struct {
		reason string
		log    func(logger *slog.Logger)
		want   []string // lines without their times; the last ones in any order
	}{
		{"few lines are written as they come", func(logger *slog.Logger) {
			for i := range 3 {
				logger.Info("viewer arrives", "viewer", i)
			}
		}, []string{"level=INFO msg=\"viewer arrives\" viewer=0", "level=INFO msg=\"viewer arrives\" viewer=1",
			"level=INFO msg=\"viewer arrives\" viewer=2"}},
		{"of many the others are counted", func(logger *slog.Logger) {
			for i := range 1000 {
				logger.Warn("cannot publish", "error", errors.New(fmt.Sprint(i)))
			}
			time.Sleep(2 * time.Second)
			logger.Warn("cannot publish", "error", "later")
		}, []string{`level=WARN msg="cannot publish" error=0`, `level=WARN msg="cannot publish" error=1`,
			`level=WARN msg="cannot publish" error=2`, `level=WARN msg="cannot publish" more=997`,
			`level=WARN msg="cannot publish" error=later`}},
		{"another second is another", func(logger *slog.Logger) {
			for i := range 6 {
				logger.Info("line", "i", i)
				time.Sleep(400 * time.Millisecond)
			}
		}, []string{"level=INFO msg=line i=0", "level=INFO msg=line i=1", "level=INFO msg=line i=2",
			"level=INFO msg=line i=3", "level=INFO msg=line i=4", "level=INFO msg=line i=5"}},
		{"reasons are counted each", func(logger *slog.Logger) {
			for i := range 7 {
				logger.Info("viewer leaves", "viewer", i%4, "reason", []string{"the viewer went away", "stuck"}[i%2])
			}
		}, []string{`level=INFO msg="viewer leaves" viewer=0 reason="the viewer went away"`,
			`level=INFO msg="viewer leaves" viewer=1 reason=stuck`,
			`level=INFO msg="viewer leaves" viewer=2 reason="the viewer went away"`,
			`level=INFO msg="viewer leaves" viewer=3 reason=stuck`,
			`level=INFO msg="viewer leaves" viewer=0 reason="the viewer went away"`,
			`level=INFO msg="viewer leaves" viewer=1 reason=stuck`,
			`level=INFO msg="viewer leaves" reason="the viewer went away" more=1`}},
		{"attributes of a logger stay with what it says", func(logger *slog.Logger) {
			tower := logger.With("feed", "tower")
			for range 5 {
				tower.Info("line left out")
			}
			logger.Info("line left out")
		}, []string{`level=INFO msg="line left out" feed=tower`, `level=INFO msg="line left out" feed=tower`,
			`level=INFO msg="line left out" feed=tower`, `level=INFO msg="line left out"`,
			`level=INFO msg="line left out" feed=tower more=2`}},
	} {
		t.Run(c.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var out strings.Builder
				limiter := logging.NewLimiter(withoutTime(&out), 3, "reason")
				c.log(slog.New(limiter))
				time.Sleep(time.Second)
				synctest.Wait()
				if diff := cmp.Diff(c.want, strings.Split(strings.TrimSpace(out.String()), "\n")); diff != "" {
					t.Errorf("lines (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// TestManyReasonsAreCountedTogether: a reason may contain bytes of a client.
func TestManyReasonsAreCountedTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		limiter := logging.NewLimiter(withoutTime(&out), 1, "reason")
		logger := slog.New(limiter)
		for i := range 100_000 {
			logger.Info("line left out", "reason", i)
		}
		limiter.Flush()
		lines := strings.Split(strings.TrimSpace(out.String()), "\n")
		if last := lines[len(lines)-1]; len(lines) > 110 || !strings.HasSuffix(last, " more=99899") {
			t.Errorf("100,000 reasons make %d lines, the last %q, want about 100 and a count", len(lines), last)
		}
	})
}

func withoutTime(out *strings.Builder) slog.Handler {
	return slog.NewTextHandler(out, &slog.HandlerOptions{ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}})
}
