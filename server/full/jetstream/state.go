package jetstream

import (
	"sync"
	"time"

	"flightboard/server/web"
)

// state is what viewers and operators learn about the stream. It is safe for concurrent use.
type state struct {
	name string // of the stream, for viewers

	mu      sync.Mutex
	last    time.Time // when the stream was last heard
	away    bool      // it is not followed now
	trouble string    // why not
	records int64
}

// grace is the time for which a stream may be away before viewers are told.
const grace = 3 * time.Second

func (s *state) reached() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last, s.away, s.trouble = time.Now(), false, ""
}

func (s *state) cut(now time.Time, why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last.IsZero() {
		s.last = now
	}
	s.away, s.trouble = true, why.Error()
}

func (s *state) heard(now time.Time) { s.received(now, 0) }

func (s *state) received(now time.Time, records int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = now
	s.records += int64(records)
}

// Silent returns the stream if it is away.
func (s *state) Silent(now time.Time) []web.Silence {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.away || now.Sub(s.last) < grace {
		return nil
	}
	return []web.Silence{{Feed: s.name, Since: s.last.UTC().Truncate(time.Second)}}
}

// Health returns the stream as a feed.
func (s *state) Health(time.Time) []web.Health {
	s.mu.Lock()
	defer s.mu.Unlock()
	return []web.Health{{Feed: s.name, Last: s.last.UTC(), Accepted: s.records, Silent: s.away,
		Source: &web.SourceHealth{Answered: s.last.UTC(), Trouble: s.trouble}}}
}
