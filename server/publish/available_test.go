package publish

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/timetable"
)

// away is a board that is unavailable a number of times.
type away struct {
	*eventlog.Log
	times int
}

func (a *away) Update(ctx context.Context, merge func(*timetable.Batch) error) (eventlog.Position, error) {
	if a.times > 0 {
		a.times--
		return 0, fmt.Errorf("%w: no leader", eventlog.ErrUnavailable)
	}
	return a.Log.Update(ctx, merge)
}

// A feed goes on when its log is available again, and a client that posts is told at once.
func TestAFeedWaitsUntilItsLogIsAvailable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		board := &away{eventlog.New(eventlog.Options{}), 3}
		report := timetable.Report{Change: logtest.Addition(1)}
		_, _, err := New(board, board.Log, "posts").Publish(t.Context(), report)
		if !errors.Is(err, eventlog.ErrUnavailable) {
			t.Errorf("a post = %v, want ErrUnavailable", err)
		}
		p := New(board, board.Log, "feed")
		p.waits = true
		begun := time.Now()
		if _, _, err := p.Publish(t.Context(), report); err != nil || time.Since(begun) != 2*retry {
			t.Errorf("a feed publishes after %v: %v", time.Since(begun), err)
		}
		board.times = 1 << 30
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		if _, _, err := p.Publish(ctx, report); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("at its end a feed has %v", err)
		}
	})
}
