package web

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"time"
)

// loop drives one viewer from its handler, through net/http's ResponseWriter: the way for HTTP/2 and for everything
// else that cannot be taken over. It costs a goroutine and net/http's buffers for each viewer.
type loop struct {
	*viewer
	stream *stream
	to     *http.ResponseController
	body   http.ResponseWriter
}

// loopWork is what a write costs here. It is not measured, because a write may wait for a viewer who reads slowly.
const loopWork = 10 * time.Microsecond

// follow sends what the viewer has missed and then what happens, until one side ends it. It returns why it ended,
// never nil.
func (v *loop) follow(ctx context.Context) error {
	if err := v.write(v.cursor.Wrap(greeting())); err != nil {
		return err
	}
	s := v.stream
	look := time.NewTimer(s.heart.interval)
	defer look.Stop()
	reload := s.watch(ctx)
	closing, leave := s.closing, (<-chan time.Time)(nil)
	for {
		wake := s.log.Wake() // before reading, so that nothing appended in between is slept through
		next := v.cursor.Next()
		if len(next.Bytes) > 0 {
			if err := v.write(next.Bytes); err != nil {
				return err
			}
			s.log.Worked(loopWork)
			v.events += next.Events
			v.spoke = time.Now()
		}
		if next.Ended {
			return errOver
		}
		if len(next.Bytes) > 0 {
			continue
		}
		select {
		case <-wake:
		case <-look.C:
			now := time.Now()
			if _, troubled := s.heart.beat(now); now.Sub(v.waits(troubled)) >= s.heart.interval {
				if err := v.write(v.heartbeat(&s.heart, now)); err != nil {
					return err
				}
			}
			look.Reset(time.Until(v.spoke.Add(s.heart.interval))) // at the latest an interval after this one
		case <-reload:
			reload = nil
			if err := v.write(v.cursor.Wrap([]byte("event: reload\ndata:\n\n"))); err != nil {
				return err
			}
		case <-closing:
			closing, leave = nil, time.After(rand.N(s.within))
		case <-leave:
			return errClosing
		case <-ctx.Done():
			return errLeft
		}
	}
}

func (v *loop) write(b []byte) (err error) {
	for part := range slices.Chunk(b, progress) {
		v.to.SetWriteDeadline(time.Now().Add(writeTimeout))
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
	return whyWriteFailed(err)
}

func whyWriteFailed(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, os.ErrDeadlineExceeded):
		return errStuck
	}
	return errLeft
}
