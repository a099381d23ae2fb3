package poll

import (
	"context"
	"time"

	"flightboard/server/feed"
	"flightboard/server/feed/source"
)

type legs struct {
	changed  time.Time
	rejected int
	reasons  []string
}

func newLegs(name string, about source.About, o Options) *legs { return &legs{} }

func (l *legs) publish(ctx context.Context, log feed.Log, a *answer) error {
	l.changed = a.at
	return nil
}
