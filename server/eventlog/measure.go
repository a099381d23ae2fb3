package eventlog

import (
	"time"

	"flightboard/server/metrics"
)

// measures are what a log counts.
type measures struct {
	changes             metrics.Counter
	append, write, sync metrics.Histogram
}

// A Stats is the state of a log at a moment.
type Stats struct {
	Head, Oldest Position // of the newest record, and of the oldest one at which viewers can resume
	Flights      int      // on the board
	Bytes        int      // of history in memory
	Tick         time.Duration
	Durable      bool
	Waiting      time.Duration // for how long an operation of the disk has taken until now; 0: there is none
}

// Stats returns the state of the log. It does not wait for the disk.
func (l *Log) Stats() Stats {
	l.mu.Lock()
	s := Stats{Head: l.history.head, Oldest: l.history.oldest(), Flights: l.board.Len(), Bytes: l.history.size,
		Tick: l.notifier.tick, Durable: l.store != nil}
	l.mu.Unlock()
	if s.Durable {
		if since := l.store.health.since.Load(); since != nil {
			s.Waiting = time.Since(*since)
		}
	}
	return s
}

// WriteMetrics writes the log's metrics.
func (l *Log) WriteMetrics(t *metrics.Text) {
	s := l.Stats()
	t.Gauge("flightboard_flights", "Flights on the board.")
	t.Sample(float64(s.Flights))
	t.Counter("flightboard_log_changes_total", "Changes that were appended to the log since the server started.")
	t.Sample(float64(l.measures.changes.Value()))
	t.Gauge("flightboard_log_position", "Position of the newest change, its event ID.")
	t.Sample(float64(s.Head))
	t.Gauge("flightboard_log_history_bytes", "Memory of the window in which viewers can resume.")
	t.Sample(float64(s.Bytes))
	t.Gauge("flightboard_log_history_changes", "Changes in the window in which viewers can resume.")
	t.Sample(float64(s.Head + 1 - min(s.Oldest, s.Head+1)))
	t.Gauge("flightboard_log_tick_seconds", "The least time between two wake-ups of viewers at present.")
	t.Sample(s.Tick.Seconds())
	t.Histogram("flightboard_log_append_seconds", "Time of an append, until its changes are visible.", &l.measures.append)
	if !s.Durable {
		return
	}
	t.Histogram("flightboard_log_write_seconds", "Time of a write to the log's file.", &l.measures.write)
	t.Histogram("flightboard_log_sync_seconds", "Time of a sync of the log's file.", &l.measures.sync)
	t.Gauge("flightboard_log_disk_waiting_seconds",
		"How long the present operation of the disk has taken; 0: there is none.")
	t.Sample(s.Waiting.Seconds())
}

// observe counts the records of a group that is visible now.
func (l *Log) observe(g *group) {
	if len(g.records) > 0 {
		l.measures.changes.Add(len(g.records))
		l.measures.append.Observe(time.Since(g.timing.Appended))
	}
}
