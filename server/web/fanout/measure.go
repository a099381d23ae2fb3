package fanout

import (
	"sync"
	"sync/atomic"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/metrics"
)

// Measures count what viewers get, whoever writes it. Their zero value is ready to use.
type Measures struct {
	Bytes, Events [eventlog.Forms]metrics.Counter // by form
	Appended      metrics.Histogram               // the age of what is written, since it was appended
	Stamped       metrics.Histogram               // the same since it was stamped, if that is less than oldestStamp
	Sweep         metrics.Histogram               // the time of a round through a sweeper's viewers

	behind  sync.Mutex
	viewers map[*Progress]struct{}
}

// oldestStamp is the age from which stamps are not counted: then a recording is played, and nothing is late.
const oldestStamp = 24 * time.Hour

// Wrote counts a part of a viewer's stream that is written.
func (m *Measures) Wrote(form eventlog.Form, next *eventlog.Next) {
	m.Bytes[form].Add(len(next.Bytes))
	m.wrote(form, next)
}

// wrote is Wrote without the bytes, which the caller counts.
func (m *Measures) wrote(form eventlog.Form, next *eventlog.Next) {
	m.Events[form].Add(next.Events)
	m.age(next.Timing, 1)
}

// age counts the age of what was written a number of times.
func (m *Measures) age(timing *eventlog.Timing, writes int) {
	if timing == nil || writes == 0 {
		return
	}
	now := time.Now()
	m.Appended.ObserveTimes(now.Sub(timing.Appended), writes)
	if timing.Stamped.IsZero() {
		return
	}
	if age := now.Sub(timing.Stamped); age < oldestStamp {
		m.Stamped.ObserveTimes(age, writes)
	}
}

// A tally counts the writes of one goroutine. It adds them to the shared counters now and then, so that a write costs a
// few nanoseconds: neither an atomic operation nor a look at the clock.
type tally struct {
	to            *Measures
	bytes, events [eventlog.Forms]int
	timings       [4]timed // nearly all writes of a sweep have the same timing, or one of two
}

type timed struct {
	*eventlog.Timing
	writes int
}

func (t *tally) wrote(form eventlog.Form, next *eventlog.Next) {
	t.bytes[form] += len(next.Bytes)
	t.events[form] += next.Events
	if next.Timing == nil {
		return
	}
	for i := range t.timings {
		one := &t.timings[i]
		if one.Timing == next.Timing || one.writes == 0 {
			one.Timing = next.Timing
			one.writes++
			return
		}
	}
	t.to.age(next.Timing, 1)
}

// flush adds what was counted.
func (t *tally) flush() {
	for form := range t.bytes {
		if t.bytes[form] > 0 {
			t.to.Bytes[form].Add(t.bytes[form])
			t.to.Events[form].Add(t.events[form])
			t.bytes[form], t.events[form] = 0, 0
		}
	}
	for i := range t.timings {
		t.to.age(t.timings[i].Timing, t.timings[i].writes)
		t.timings[i] = timed{}
	}
}

// A Progress is how far a viewer is to whom a goroutine of its own writes: because its socket is full, or because its
// handler sends the events. The viewers of sweepers have none, for after each sweep they have had everything.
type Progress struct {
	state State
	at    atomic.Uint64 // the position of the last event that was written or is being written; 0: there is none
	since atomic.Int64  // since when it is behind, in Unix nanoseconds; 0: it is not
}

// Follow begins to watch the progress of a viewer. The caller must end it with Leave.
func (m *Measures) Follow(v *Viewer) *Progress {
	p := &Progress{state: v.State()}
	p.at.Store(uint64(v.Cursor.Position()))
	m.behind.Lock()
	defer m.behind.Unlock()
	if m.viewers == nil {
		m.viewers = make(map[*Progress]struct{})
	}
	m.viewers[p] = struct{}{}
	return p
}

// Leave ends watching.
func (m *Measures) Leave(p *Progress) {
	m.behind.Lock()
	defer m.behind.Unlock()
	delete(m.viewers, p)
}

// Begins notes that a part is being written, if nothing was before.
func (p *Progress) Begins(now time.Time) { p.since.CompareAndSwap(0, now.UnixNano()) }

// Wrote notes that everything up to the position is written, or is being written.
func (p *Progress) Wrote(at eventlog.Position) { p.at.Store(uint64(at)) }

// CaughtUp notes that there is nothing more to write.
func (p *Progress) CaughtUp() { p.since.Store(0) }

// Slowest returns how many events, and for how long, the slowest viewers are behind the head of the log.
func (m *Measures) Slowest(head eventlog.Position, now time.Time) (events int, lag time.Duration) {
	m.behind.Lock()
	defer m.behind.Unlock()
	for p := range m.viewers {
		since := p.since.Load()
		if since == 0 {
			continue
		}
		lag = max(lag, now.Sub(time.Unix(0, since)))
		if at := eventlog.Position(p.at.Load()); at > 0 && at < head {
			events = max(events, int(head-at))
		}
	}
	return events, lag
}

// Each calls f with the state of each viewer whose progress is watched.
func (m *Measures) Each(f func(State)) {
	m.behind.Lock()
	defer m.behind.Unlock()
	for p := range m.viewers {
		s := p.state
		s.At = eventlog.Position(p.at.Load())
		if since := p.since.Load(); since != 0 {
			s.Behind = time.Unix(0, since)
		}
		f(s)
	}
}
