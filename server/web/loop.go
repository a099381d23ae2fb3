package web

import (
	"context"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"

	"flightboard/server/web/fanout"
)

// A loop sends events to one viewer from its handler, through net/http. It is used on HTTP/2, and if a connection
// cannot be taken over. Each viewer costs a goroutine and net/http's buffers.
type loop struct {
	*fanout.Viewer
	partWriter
	stream *streamHandler
}

// loopWork is an estimate of the time of a write. It is not measured, because a write may wait for a slow reader.
const loopWork = 10 * time.Microsecond

// follow sends the events that the viewer has missed, and then each event as it comes, until the feed, the viewer or
// the server ends the stream. It returns the reason, never nil.
func (v *loop) follow(ctx context.Context) error {
	if err := v.write(v.Cursor.Wrap(v.stream.greeting())); err != nil {
		return err
	}
	s := v.stream
	interval := s.heartbeat.interval
	progress := s.measures.Follow(v.Viewer)
	defer s.measures.Leave(progress)
	first := true // what the viewer gets first is old, because it was away
	timer := time.NewTimer(interval)
	defer timer.Stop()
	reload := s.watch(ctx)
	expired, stop := whenEnded(v.OnEnd)
	defer stop()
	closing, leave := s.closing, (<-chan time.Time)(nil)
	resumed := !v.Cursor.Fresh()
	for {
		if expired.Err() != nil {
			v.write(append(v.Cursor.Wrap([]byte(signInAgain)), v.Cursor.Finish()...))
			return fanout.ErrExpired
		}
		wake := s.log.Wake() // before Next, so that an append after Next closes this channel
		next := v.Cursor.Next()
		if first {
			first, next.Timing = false, nil
		}
		if len(next.Bytes) > 0 {
			progress.Begins(time.Now())
			if err := v.write(next.Bytes); err != nil {
				return err
			}
			s.measures.Wrote(v.Cursor.Form(), &next)
			progress.Wrote(v.Cursor.Position())
			s.log.Worked(loopWork)
			v.Events += next.Events
			v.Written = time.Now()
		}
		if next.Ended {
			return fanout.ErrEnded
		}
		if len(next.Bytes) > 0 {
			resumed = false
			continue
		}
		progress.CaughtUp()
		if resumed && ctx.Err() == nil { // it has missed nothing, and a heartbeat tells it so
			resumed = false
			now := time.Now()
			event, trouble := s.heartbeat.event(now)
			if err := v.write(v.Heartbeat(event, trouble, now)); err != nil {
				return err
			}
		}
		select {
		case <-wake:
		case <-expired.Done():
		case <-timer.C:
			now := time.Now()
			if event, trouble := s.heartbeat.event(now); now.Sub(v.WaitingSince(trouble)) >= interval {
				if err := v.write(v.Heartbeat(event, trouble, now)); err != nil {
					return err
				}
			}
			timer.Reset(time.Until(v.Written.Add(interval)))
		case <-reload:
			reload = nil
			if err := v.write(v.Cursor.Wrap([]byte("event: reload\ndata:\n\n"))); err != nil {
				return err
			}
		case <-closing:
			closing, leave = nil, time.After(rand.N(s.within))
		case <-leave:
			return fanout.ErrClosing
		case <-ctx.Done():
			return fanout.ErrLeft
		}
	}
}

// A partWriter writes to a viewer through net/http, in parts, and gives up if one of them is not accepted in time.
//
// It does not set a deadline for each part: on HTTP/2 that costs two messages to the connection's goroutine, and a
// deadline that passes between two parts would reset the stream.
type partWriter struct {
	to    *http.ResponseController
	body  http.ResponseWriter
	timer *time.Timer   // runs during a write
	stuck chan struct{} // closed when the time was over, and all writes fail
}

func newPartWriter(w http.ResponseWriter) partWriter {
	p := partWriter{to: http.NewResponseController(w), body: w, stuck: make(chan struct{})}
	p.timer = time.AfterFunc(time.Hour, func() {
		defer close(p.stuck)
		p.to.SetWriteDeadline(time.Unix(1, 0))
	})
	p.timer.Stop()
	p.to.SetWriteDeadline(time.Time{}) // that of the request would end the stream
	return p
}

// writePart is the size of a part, which is what net/http collects for a frame of HTTP/2. A viewer has to read each
// KiB within fanout.WriteTimeout. net/http does not tell how much of a write is done, so that a larger part would let
// one stay for longer that has stopped reading.
const writePart = 4 << 10

// write writes b. It returns the reason for which that fails, or nil.
func (p *partWriter) write(b []byte) (err error) {
	for part := range slices.Chunk(b, writePart) {
		p.timer.Reset(fanout.WriteTimeout * time.Duration(1+(len(part)-1)>>10))
		if _, err = p.body.Write(part); err == nil {
			err = p.to.Flush()
		}
		if !p.timer.Stop() {
			<-p.stuck // the handler must not return before
			return fanout.ErrStuck
		}
		if err != nil {
			return fanout.ErrLeft
		}
	}
	return nil
}
