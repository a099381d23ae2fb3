package follow

import (
	"cmp"
	"encoding/json"
	"sync"
	"time"

	"flightboard/server/web"
)

// state is what a follower knows about its origin beside the log. It is safe for concurrent use.
type state struct {
	name string // of the origin, for viewers

	mu        sync.Mutex
	described web.Description
	at        time.Time // when the description came
	silent    []web.Silence
	rejected  []web.Rejection
	via       string    // the Via field of this server and of those that it follows
	last      time.Time // when the origin was last heard
	away      time.Time // since when it is not followed; zero: it is
	trouble   string    // why not
	records   int64
}

// grace is the time for which an origin may be away before viewers are told.
const grace = 3 * time.Second

func (s *state) reached(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last, s.away, s.trouble = now, time.Time{}, ""
}

func (s *state) cut(now time.Time, why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.away, s.trouble = cmp.Or(s.away, now), why.Error()
}

func (s *state) setVia(via string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.via = via
}

func (s *state) heard(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = now
}

func (s *state) received(records int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.records += int64(records)
}

// describe keeps the data of the event flightBoard. Data that cannot be read is that of a later version, and changes
// nothing.
func (s *state) describe(data []byte, now time.Time) {
	var d web.Description
	if json.Unmarshal(data, &d) != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.described, s.at = d, now
}

// heartbeat keeps the data of a heartbeat.
func (s *state) heartbeat(data []byte) {
	var told struct {
		Silent   []web.Silence
		Rejected []web.Rejection
	}
	if json.Unmarshal(data, &told) != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.silent, s.rejected = told.Silent, told.Rejected
}

// Describe returns what the origin's board is, with its clock now.
func (s *state) Describe(now time.Time) web.Description {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.described
	if !d.Time.IsZero() {
		d.Time = d.Time.Add(time.Duration(float64(now.Sub(s.at)) * max(d.Speed, 1))).Round(time.Second)
	}
	return d
}

// Silent returns the origin's silent feeds, and the origin itself if it is away.
func (s *state) Silent(now time.Time) []web.Silence {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.away.IsZero() || now.Sub(s.away) < grace {
		return s.silent
	}
	away := web.Silence{Feed: s.name, Since: s.last.UTC().Truncate(time.Second)}
	return append(s.silent[:len(s.silent):len(s.silent)], away)
}

// Rejected returns the origin's rows that cannot be read.
func (s *state) Rejected(time.Time) []web.Rejection {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rejected
}

// Health returns the origin as a feed.
func (s *state) Health(time.Time) []web.Health {
	s.mu.Lock()
	defer s.mu.Unlock()
	return []web.Health{{Feed: s.name, Last: s.last.UTC(), Accepted: s.records, Silent: !s.away.IsZero(),
		Source: &web.SourceHealth{Answered: s.last.UTC(), Trouble: s.trouble}}}
}

// Via returns the Via field for answers of GET /log, with this server and all that it follows, and whether the log has
// been equal to the origin's. Servers that follow each other in a circle never are, so none of them serves its log.
func (f *Follower) Via() (via string, equal bool) {
	select {
	case <-f.equal:
	default:
		return "", false
	}
	f.state.mu.Lock()
	defer f.state.mu.Unlock()
	return f.state.via, true
}
