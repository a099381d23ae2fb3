// Package transcript keeps what a process says, and waits for words in it.
package transcript

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"sync"
)

// A Transcript is a writer that keeps the first mebibyte, enough for what programs say before
// something goes wrong. All methods may be called concurrently.
type Transcript struct {
	mu   sync.Mutex
	said bytes.Buffer
	more chan struct{} // Closed, and replaced, when something is said.
}

const enough = 1 << 20

// New returns an empty transcript.
func New() *Transcript { return &Transcript{more: make(chan struct{})} }

// Write never fails.
func (t *Transcript) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.said.Len() < enough {
		t.said.Write(b)
	}
	close(t.more)
	t.more = make(chan struct{})
	return len(b), nil
}

// String returns what was said so far.
func (t *Transcript) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.said.String()
}

// Find waits until the pattern's first group was said, and returns it. It gives up when ended is
// closed, as by whoever waits for the process, or when ctx is done.
func (t *Transcript) Find(ctx context.Context, ended <-chan struct{}, pattern *regexp.Regexp) (string, error) {
	for last := false; ; {
		t.mu.Lock()
		match, more := pattern.FindSubmatch(t.said.Bytes()), t.more
		t.mu.Unlock()
		switch {
		case match != nil:
			return string(match[1]), nil
		case last:
			return "", fmt.Errorf("it ended, having said: %s", t)
		}
		select {
		case <-more:
		case <-ended:
			last = true // What it said last is looked at once more.
		case <-ctx.Done():
			return "", fmt.Errorf("%w, after it said: %s", context.Cause(ctx), t)
		}
	}
}
