// Package transcript keeps the output of a process, and waits for a pattern in it.
package transcript

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"sync"
)

// A Transcript is a writer that keeps the first mebibyte: enough for what a program writes before
// it fails. All methods may be called concurrently.
type Transcript struct {
	mu   sync.Mutex
	text bytes.Buffer
	more chan struct{} // Closed, and replaced, by each Write.
}

const enough = 1 << 20

// New returns an empty transcript.
func New() *Transcript { return &Transcript{more: make(chan struct{})} }

// Write never fails.
func (t *Transcript) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.text.Len() < enough {
		t.text.Write(b)
	}
	close(t.more)
	t.more = make(chan struct{})
	return len(b), nil
}

// String returns what was written so far.
func (t *Transcript) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.String()
}

// Find waits until the pattern matches, and returns its first group. It returns an error when ended is
// closed, which means that the process has ended, or when ctx is done.
func (t *Transcript) Find(ctx context.Context, ended <-chan struct{}, pattern *regexp.Regexp) (string, error) {
	for last := false; ; {
		t.mu.Lock()
		match, more := pattern.FindSubmatch(t.text.Bytes()), t.more
		t.mu.Unlock()
		switch {
		case match != nil:
			return string(match[1]), nil
		case last:
			return "", fmt.Errorf("it ended, having written: %s", t)
		}
		select {
		case <-more:
		case <-ended:
			last = true // The pattern is tried once more on its last output.
		case <-ctx.Done():
			return "", fmt.Errorf("%w, after it wrote: %s", context.Cause(ctx), t)
		}
	}
}
