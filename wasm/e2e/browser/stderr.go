package browser

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"sync"
)

// stderr keeps what a browser says while it starts.
type stderr struct {
	mu   sync.Mutex
	said bytes.Buffer
	more chan struct{} // Holds a token when something was said since the last look.
}

// enough bounds what is kept: the address that Firefox tells, or the reason for not starting,
// comes early.
const enough = 64 << 10

func newStderr() *stderr { return &stderr{more: make(chan struct{}, 1)} }

func (s *stderr) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.said.Len() < enough {
		s.said.Write(b)
	}
	select {
	case s.more <- struct{}{}:
	default:
	}
	return len(b), nil
}

func (s *stderr) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.said.String()
}

// find waits until the first group of the pattern was said, and returns it.
func (s *stderr) find(ctx context.Context, exited <-chan struct{}, pattern *regexp.Regexp) (string, error) {
	for {
		if match := pattern.FindStringSubmatch(s.String()); match != nil {
			return match[1], nil
		}
		select {
		case <-s.more:
		case <-exited:
			return "", fmt.Errorf("it ended, saying: %s", s)
		case <-ctx.Done():
			return "", fmt.Errorf("%w, after it said: %s", context.Cause(ctx), s)
		}
	}
}
