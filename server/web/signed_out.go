package web

import (
	"sync"
	"time"
)

// SignedOut has the sessions that were signed out before they expired, so that copies of their cookies are worth
// nothing. The zero value is ready to use, and safe for concurrent use. It is for implementations of [Readers].
type SignedOut struct {
	mu     sync.Mutex
	ids    map[string]time.Time // and when they expire
	pruned time.Time            // when those that have expired were last removed
}

// Add adds the ID of a session, which need not be kept after the session would have expired.
func (s *SignedOut) Add(id string, expires time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ids == nil {
		s.ids = make(map[string]time.Time)
	}
	if now := time.Now(); now.Sub(s.pruned) > time.Hour {
		s.pruned = now
		for id, expires := range s.ids {
			if expires.Before(now) {
				delete(s.ids, id)
			}
		}
	}
	s.ids[id] = expires
}

// Has reports whether the session with this ID was signed out.
func (s *SignedOut) Has(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.ids[id]
	return ok
}

// Len returns how many sessions are remembered.
func (s *SignedOut) Len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.ids)
}
