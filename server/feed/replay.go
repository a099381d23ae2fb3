package feed

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"sync/atomic"
	"time"

	"flightboard/timetable"
)

// ReplayOptions are the options of a Replay. The zero value replays the built-in sample from a busy afternoon on, one
// minute each second.
type ReplayOptions struct {
	File  string  // CSV, README.md has its columns; the built-in sample when empty
	Speed float64 // 1 is real time, 3600 the most; 60 when 0

	// At is the time at which to start, by the airport's clock: 15:04, or 2006-01-02T15:04. If it is empty, the sample
	// starts on its busy afternoon, and a file shortly before its first change. A time without a date is on the day of
	// that afternoon, or on the file's first day.
	At string

	Logger *slog.Logger // logs rows and changes that are left out; nil: they are not logged
}

const (
	sampleDay   = "2023-12-20" // flight AA1587 comes twice
	sampleClock = "15:30"      // close to 60 flights are on the board
	usualSpeed  = 60
	maxSpeed    = 3600
)

// A Replay plays recorded arrivals for ever: after the last recorded day the first one follows, with later dates.
// [NewReplay] makes one.
type Replay struct {
	timeline *timeline
	start    time.Time
	speed    float64
	logger   *slog.Logger
	began    atomic.Int64 // when Run began, in Unix nanoseconds; 0: it has not
}

// NewReplay reads the recording.
func NewReplay(o ReplayOptions) (*Replay, error) {
	r := &Replay{speed: o.Speed, logger: o.Logger}
	if r.speed == 0 {
		r.speed = usualSpeed
	}
	if r.logger == nil {
		r.logger = slog.New(slog.DiscardHandler)
	}
	if !(r.speed > 0 && r.speed <= maxSpeed) { // so that NaN is an error
		return nil, fmt.Errorf("feed: speed %v: want more than 0 and at most %d", r.speed, maxSpeed)
	}
	name, data, err := open(o.File)
	if err != nil {
		return nil, fmt.Errorf("feed: %w", err)
	}
	defer data.Close()
	legs, err := readLegs(name, data, r.logger)
	if err != nil {
		return nil, err
	}
	r.timeline = newTimeline(legs)
	at := o.At
	switch {
	case o.File == "" && at == "":
		at = sampleDay + "T" + sampleClock
	case o.File == "" && len(at) == len("15:04"):
		at = sampleDay + "T" + at
	}
	if r.start, err = r.timeline.start(at); err != nil {
		return nil, fmt.Errorf("feed: %s: start: %w", name, err)
	}
	return r, nil
}

// maxBatch is the most changes of one append. After a pause, as when a laptop wakes up, many more may be due.
const maxBatch = 512

// Clock returns the recording's time at a moment of the server's clock. It is safe for concurrent use.
func (r *Replay) Clock(now time.Time) time.Time {
	began := r.began.Load()
	if began == 0 {
		return r.start
	}
	// In seconds: a span of time.Duration ends after 292 years, which is a month at the greatest speed.
	seconds := now.Sub(time.Unix(0, began)).Seconds() * r.speed
	whole := math.Floor(seconds)
	return time.Unix(r.start.Unix()+int64(whole), int64((seconds-whole)*1e9))
}

// Describe implements [Describer].
func (r *Replay) Describe(now time.Time) Description {
	at := r.Clock(now)
	_, since := r.timeline.place(at) // of each turn the same
	d := Description{Airport: r.timeline.legs[0].is.To, Zone: r.Zone(), Now: at, Speed: r.speed, Recording: "replay",
		Recorded: r.timeline.epoch.Add(since)}
	for i := range r.timeline.legs {
		if r.timeline.legs[i].is.To != d.Airport { // of an airline, and not of an airport
			d.Airport = ""
			break
		}
	}
	return d
}

// Zone returns the zone of the recording's airport: the offset from UTC that its times have.
func (r *Replay) Zone() *time.Location { return r.timeline.legs[0].zone }

// Run replaces the board by the one at the start, and then appends each change when it is due. It blocks until ctx is
// done.
func (r *Replay) Run(ctx context.Context, log Log) error {
	err := r.run(ctx, log)
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// run returns an error when the log fails or ctx is done.
func (r *Replay) run(ctx context.Context, log Log) error {
	r.began.Store(time.Now().UnixNano())
	if err := r.publish(ctx, log, r.timeline.board(r.start)); err != nil {
		return err
	}
	// Each change is due a pause after the one before, because the time since the start would overflow some day. A
	// pause is rounded up, so that no change comes early.
	at, due := r.start, time.Now()
	o := r.timeline.after(at)
	advance := func() {
		next := r.timeline.time(o)
		at, due = next, due.Add(time.Duration(math.Ceil(float64(next.Sub(at))/r.speed)))
	}
	advance()
	batch := make([]timetable.Change, 0, maxBatch)
	for {
		if err := sleep(ctx, time.Until(due)); err != nil {
			return err
		}
		batch = batch[:0]
		for now := time.Now(); !due.After(now) && len(batch) < maxBatch; advance() {
			batch = append(batch, r.timeline.change(o))
			o = r.timeline.following(o)
		}
		if err := r.publish(ctx, log, batch...); err != nil {
			return err
		}
	}
}

func (r *Replay) publish(ctx context.Context, log Log, changes ...timetable.Change) error {
	refused, err := publish(ctx, log, changes...)
	for _, one := range refused {
		r.logger.Warn("change left out", "reason", one.Err)
	}
	return err
}
