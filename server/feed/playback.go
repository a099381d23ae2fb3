package feed

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"sync/atomic"
	"time"

	"flightboard/timetable"
)

// A Playback publishes a recording that Record has made, with its pauses. At the end of the recording the feed is over.
// [NewPlayback] makes one.
type Playback struct {
	lines
	path  string
	speed float64
	clock atomic.Pointer[playbackClock] // nil: no line with a stamp has been published
}

// A playbackClock is the recording's clock since its last line.
type playbackClock struct {
	stamp int64          // of the line, in Unix microseconds
	due   time.Time      // when it was due
	zone  *time.Location // the offset from UTC of the last time with a date; nil: there was none
	ended bool           // it is the last line
}

// NewPlayback returns a feed that plays a recording; speed 1 is real time.
func NewPlayback(name, path string, speed float64, o LineOptions) (*Playback, error) {
	if !(speed > 0 && speed <= maxSpeed) {
		return nil, fmt.Errorf("feed: speed %v: want more than 0 and at most %d", speed, maxSpeed)
	}
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("feed: %w", err)
	}
	return &Playback{lines: newLines(name, o), path: path, speed: speed}, nil
}

// Clock returns the recording's time at a moment of the server's clock, which it is before the first line that has a
// stamp. It stops at the last line. It is safe for concurrent use.
func (p *Playback) Clock(now time.Time) time.Time {
	c := p.clock.Load()
	if c == nil {
		return now
	}
	at := time.UnixMicro(c.stamp)
	if !c.ended {
		at = at.Add(time.Duration(max(now.Sub(c.due), 0).Seconds() * p.speed * float64(time.Second)))
	}
	return at
}

// Describe implements [Describer]. After the last line the board has no clock, because nothing happens any more.
func (p *Playback) Describe(now time.Time) Description {
	d := Description{Recording: p.name}
	c := p.clock.Load()
	if c == nil {
		return d
	}
	d.Recorded, d.Zone = p.Clock(now), c.zone
	if !c.ended {
		d.Now, d.Speed = d.Recorded, p.speed
	}
	return d
}

// Run publishes each line when it is due, and the end of the feed after the last.
func (p *Playback) Run(ctx context.Context, log Log) error {
	err := p.run(ctx, log)
	if ctx.Err() != nil {
		return nil
	}
	return err
}

func (p *Playback) run(ctx context.Context, log Log) error {
	file, err := os.Open(p.path)
	if err != nil {
		return fmt.Errorf("feed: %w", err)
	}
	defer file.Close()
	defer context.AfterFunc(ctx, func() { file.Close() })() // for a pipe whose writer pauses
	var (
		cut   = splitter{limit: 64 << 20} // the whole board may be one line
		piece = make([]byte, 64<<10)
		at    int64     // the stamp of the last line
		due   time.Time // when the last line was due
		zone  *time.Location
		stop  error
	)
	line := func(number int, text string, err error) {
		if stop != nil {
			return
		}
		if err != nil {
			p.leaveOut(number, err)
			return
		}
		for entry, err := range timetable.Body(text) {
			if err != nil {
				p.leaveOut(number, err)
				continue
			}
			zone = zoneOf(entry.Report, zone)
			// Lines that are due at once are published together. A stamp that is older than the one before is due at once.
			if stamp := entry.Report.Stamp; stamp > at {
				if stop = p.publishLines(ctx, log); stop != nil {
					return
				}
				if at == 0 {
					due = time.Now()
				} else {
					due = due.Add(time.Duration(math.Ceil(float64(stamp-at) * float64(time.Microsecond) / p.speed)))
				}
				at = stamp
				if stop = sleep(ctx, time.Until(due)); stop != nil {
					return
				}
				p.clock.Store(&playbackClock{stamp: at, due: due, zone: zone})
			}
			entry.Report.Stamp = 0 // it is published as of now
			if isResult(entry.Report) {
				entry.Report.Published = true
			}
			p.add(number, entry.Report)
		}
	}
	for stop == nil {
		n, err := file.Read(piece)
		cut.split(piece[:n], line)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("feed: %w", err)
		}
	}
	if stop == nil {
		cut.end(line)
	}
	if stop == nil {
		stop = p.publishLines(ctx, log)
	}
	if at > 0 {
		p.clock.Store(&playbackClock{stamp: at, due: due, zone: zone, ended: true})
	}
	if stop == nil {
		_, stop = log.End(ctx)
	}
	return stop
}

// zoneOf returns the offset from UTC of a report's times, or else zone.
func zoneOf(r *timetable.Report, zone *time.Location) *time.Location {
	flights := r.Board
	if len(flights) == 0 {
		flights = []timetable.Flight{r.Flight}
	}
	for i := range flights {
		for _, k := range [...]timetable.Field{timetable.FieldArrival, timetable.FieldDated} {
			if t, ok := timetable.ParseTime(flights[i].Text(k)); ok && t.Dated {
				return time.FixedZone("", int(t.East))
			}
		}
	}
	return zone
}

// isResult reports whether a line is a published change, as Record writes them; it is published as it is. A recording
// that was written by hand may also contain reports, with a bare flight or actual times; those are merged.
func isResult(r *timetable.Report) bool {
	return r.Kind != timetable.KindPut && r.Times == timetable.Times{} && r.Withdrawn == 0
}
