package poll

import (
	"context"
	"time"

	"flightboard/server/feed"
	"flightboard/server/feed/source"
)

// Once asks once, and publishes the answer, which it returns with its time. It blocks until all responses are read or
// ctx is done. The error has no secrets. Once is called in place of Run.
func (f *Feed) Once(ctx context.Context, log feed.Log) (source.Answer, time.Time, error) {
	a, err := f.client.ask(ctx)
	if err != nil {
		return source.Answer{}, time.Time{}, err
	}
	return a.Answer, a.at, f.legs.publish(ctx, log, &a)
}

// Read is Once with responses that were saved at a time.
func (f *Feed) Read(ctx context.Context, log feed.Log, at time.Time, saved []*source.Response) (source.Answer, error) {
	a := answer{at: at}
	var err error
	if a.Answer, err = f.client.source.Read(at, saved); err != nil {
		return source.Answer{}, err
	}
	return a.Answer, f.legs.publish(ctx, log, &a)
}
