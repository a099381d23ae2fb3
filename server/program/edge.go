package program

import (
	"context"
	"os"

	"flightboard/server/eventlog"
	"flightboard/server/follow"
	"flightboard/server/token"
	"flightboard/server/web"
)

// followOrigin makes the options of an edge. It waits for the origin if the log is empty, because viewers would
// otherwise see an empty board; a log of an earlier run is shown with its age.
func (s settings) followOrigin(ctx context.Context, log *eventlog.Log, _ []token.Token, o *web.Options) (
	run func(context.Context), end func(), err error,
) {
	f := follow.New(log, follow.Options{Origin: s.follow.URL, Token: os.Getenv("FLIGHTBOARD_FOLLOW_TOKEN"),
		Heard: s.stopped, Logger: o.Log})
	o.Describe, o.Silent, o.Rejected, o.Feeds = f.Describe, f.Silent, f.Rejected, f.Health
	o.Forward, o.CatchUp, o.Via = f.Forward(), follow.CatchUp, f.Via
	following, stop := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		f.Run(following)
	}()
	if has := log.Stats(); has.Flights == 0 && has.Oldest > has.Head {
		select {
		case <-f.Equal():
		case <-ctx.Done():
			stop()
			<-ended
			return nil, stop, context.Cause(ctx)
		}
	}
	run = func(ctx context.Context) {
		<-ctx.Done()
		stop()
		<-ended
	}
	return run, stop, nil
}
