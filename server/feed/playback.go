package feed

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"time"

	"flightboard/timetable"
)

// A Playback publishes a recording that Record has made, with its pauses. At the end of the recording the feed is over.
// [NewPlayback] makes one.
type Playback struct {
	lines
	path  string
	speed float64
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
	if stop == nil {
		_, stop = log.End(ctx)
	}
	return stop
}

// isResult reports whether a line is a published change, as Record writes them; it is published as it is. A recording
// that was written by hand may also contain reports, with a bare flight or actual times; those are merged.
func isResult(r *timetable.Report) bool {
	return r.Kind != timetable.KindPut && r.Times == timetable.Times{} && r.Withdrawn == 0
}
