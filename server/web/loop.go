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
	stream *streamHandler
	to     *http.ResponseController
	body   http.ResponseWriter
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

// loopPart is how many bytes a viewer has to read within fanout.WriteTimeout. net/http does not tell how much of a
// write is done, and closes the connection when its deadline passes, so a large part would cut viewers on slow lines.
const loopPart = 1 << 10

// write writes b in parts, each with its own deadline. It returns the reason for which that fails, or nil.
func (v *loop) write(b []byte) (err error) {
	for part := range slices.Chunk(b, loopPart) {
		v.to.SetWriteDeadline(time.Now().Add(fanout.WriteTimeout))
		if _, err = v.body.Write(part); err == nil {
			err = v.to.Flush()
		}
		if err != nil {
			break
		}
	}
	if err == nil {
		// On HTTP/2 a deadline that passes between writes would reset the stream.
		v.to.SetWriteDeadline(time.Time{})
	}
	return fanout.WriteError(err)
}
