package web

import (
	"sync"
	"time"

	"flightboard/server/eventlog"
)

// answers are the answers to requests that wait for events. Requests that continue at the same position in the same
// form get the same bytes: for thousands of them a change is put together once.
type answers struct {
	log       *eventlog.Log
	heartbeat *heartbeat

	mu   sync.Mutex
	wake <-chan struct{} // until it is closed, made is what the log has
	made map[question]*answer
	size int // of made, in bytes
}

// Limits of the answers that are kept. Most share their bytes with the log, but those for positions far behind do not.
const (
	mostAnswers     = 256
	mostAnswerBytes = 16 << 20
)

// A question is what the bytes of an answer depend on, besides the log.
type question struct {
	at     eventlog.Position
	fresh  bool
	form   eventlog.Form
	waited bool
	second int64
}

// An answer is a complete body.
type answer struct {
	once   sync.Once
	parts  [][]byte // read only
	size   int      // of the parts, in bytes
	events int      // with an ID; 0: there are none after the position
	at     eventlog.Position
}

func (a *answer) add(part []byte) {
	if len(part) > 0 {
		a.parts, a.size = append(a.parts, part), a.size+len(part)
	}
}

// find returns the answer for a cursor, which is not moved. If it has no events, the caller has to wait until wake is
// closed. waited reports whether it has done so.
func (s *answers) find(c eventlog.Cursor, waited bool) (found *answer, wake <-chan struct{}) {
	now := time.Now()
	q := question{c.Position(), c.Fresh(), c.Form(), waited, now.Unix()}
	s.mu.Lock()
	if s.isStale() || len(s.made) >= mostAnswers || s.size >= mostAnswerBytes {
		s.wake = s.log.Wake() // before Next, so that an append after Next closes this channel
		s.made, s.size = make(map[question]*answer), 0
	}
	wake, found = s.wake, s.made[q]
	if found == nil {
		found = new(answer)
		s.made[q] = found
	}
	s.mu.Unlock()
	found.once.Do(func() {
		s.compose(found, c, waited, now)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.size += found.size
	})
	return found, wake
}

func (s *answers) isStale() bool {
	select {
	case <-s.wake:
		return true
	default:
		return s.wake == nil
	}
}

// describedFor is how long after a change of the board's description answers have it.
const describedFor = 2 * mostWait

// compose fills in an answer: the board's description, the events after the cursor and, unless the log has ended, a
// heartbeat. A viewer that polls without a pause knows the description, so an answer that was waited for has it only if
// it has changed lately. The heartbeat is always there, because no answer without events may come for hours; it names
// the feeds that are silent, or by its silence says that they are well again.
func (s *answers) compose(a *answer, c eventlog.Cursor, waited bool, now time.Time) {
	event, changed := s.heartbeat.describe.event(now)
	if len(event) > 0 && (!waited || c.Fresh() || !changed.IsZero() && now.Sub(changed) < describedFor) {
		a.add(c.Wrap(event))
	}
	for {
		next := c.Next()
		a.add(next.Bytes)
		a.events += next.Events
		a.at = c.Position()
		if next.Ended {
			return
		}
		if next.Events == 0 {
			break
		}
	}
	a.add(c.Wrap(s.heartbeat.withoutDescription(now)))
	a.add(c.Finish())
}
