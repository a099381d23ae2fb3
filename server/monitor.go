package main

import (
	"context"
	"sync"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/web"
	"flightboard/timetable"
)

// A monitor stands between a publisher and the log, and knows when it was last heard of. So viewers learn that the stream
// is fine and the publisher is not.
type monitor struct {
	*eventlog.Log
	name     string
	patience time.Duration // how long a publisher may have nothing to say; 0: for ever, as long as it runs

	mu     sync.Mutex
	last   time.Time // zero: never
	over   bool      // it has said so itself
	failed bool
}

func (m *monitor) heard(over bool, err error) {
	if err != nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.last, m.over, m.failed = time.Now(), over, false
}

// fail says that the publisher will not be heard of again.
func (m *monitor) fail() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.failed = true
	if m.last.IsZero() {
		m.last = time.Now()
	}
}

// Append is the log's.
func (m *monitor) Append(ctx context.Context, changes ...timetable.Change) (eventlog.Position, error) {
	at, err := m.Log.Append(ctx, changes...)
	m.heard(false, err)
	return at, err
}

// End is the log's.
func (m *monitor) End(ctx context.Context) (eventlog.Position, error) {
	at, err := m.Log.End(ctx)
	m.heard(true, err)
	return at, err
}

// silent names the publisher when it has failed, or has said nothing for longer than there is patience.
func (m *monitor) silent(now time.Time) []web.Silence {
	m.mu.Lock()
	defer m.mu.Unlock()
	late := m.patience > 0 && !m.last.IsZero() && now.Sub(m.last) >= m.patience
	if m.over || !m.failed && !late {
		return nil
	}
	return []web.Silence{{Feed: m.name, Since: m.last.UTC().Truncate(time.Second)}}
}
