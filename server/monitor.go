package main

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"sync"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/web"
	"flightboard/timetable"
)

// A monitor stands between a publisher and the log. It knows how the publisher is: when it was last heard of, what was
// taken and what was not. So viewers learn that the stream is fine and the publisher is not. Where several feeds share
// the board it also sees to it that each has its own flights.
type monitor struct {
	*eventlog.Log
	hand     *hand // what is set by hand, which publishers do not change; nil: nothing ever is
	name     string
	source   string        // who speaks; empty: whoever the flight names as its feed, or a hand
	patience time.Duration // how long a publisher may have nothing to say; 0: for ever, as long as it runs
	shares   bool          // others publish too: its flights bear its name, and it replaces and ends no others

	mu       sync.Mutex
	last     time.Time // zero: never
	expected time.Time // since when it could have been heard of; zero: nobody expects it
	over     bool      // it has said so itself
	fault    string    // why it will not be heard of again
	failed   bool
	accepted int64
	refused  int64
}

func (m *monitor) heard(over bool, changes int, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if refused, ok := errors.AsType[*eventlog.RefusedError](err); ok {
		m.refused += int64(len(refused.Changes))
	}
	if err != nil {
		return
	}
	m.accepted += int64(changes)
	m.last, m.over, m.failed, m.fault = time.Now(), over, false, ""
}

// refuse counts what did not even become a change.
func (m *monitor) refuse() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.refused++
}

// expect says that the publisher could be heard of from now on.
func (m *monitor) expect() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.expected = time.Now()
}

// fail says that the publisher will not be heard of again, and why. A feed that is over has said so.
func (m *monitor) fail(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.failed = true
	if wrong, ok := errors.AsType[*fs.PathError](err); ok {
		err = wrong.Err // health is told to everybody, and where files are is nobody's business
	}
	switch {
	case err != nil:
		m.fault, m.over = err.Error(), false
	case !m.over:
		m.fault = "nothing more comes"
	}
	if m.last.IsZero() {
		m.last = time.Now()
	}
}

// Append is the log's, with origins for flights whose airport alone is known.
func (m *monitor) Append(ctx context.Context, changes ...timetable.Change) (eventlog.Position, error) {
	for i := range changes {
		changes[i].Source = cmp.Or(m.source, changes[i].Flight.Feed)
	}
	locate(m.Log, changes)
	if m.shares {
		m.claim(changes)
		if len(changes) == 1 && changes[0].Kind == timetable.Replace {
			return m.replace(ctx, changes[0].Board)
		}
	}
	at, err := m.append(ctx, changes)
	m.heard(false, len(changes), err)
	return at, err
}

func (m *monitor) append(ctx context.Context, changes []timetable.Change) (eventlog.Position, error) {
	if m.hand == nil {
		return m.Log.Append(ctx, changes...)
	}
	return m.hand.append(ctx, changes)
}

// End is the log's. A feed that shares the board ends for itself alone.
func (m *monitor) End(ctx context.Context) (at eventlog.Position, err error) {
	if m.shares {
		m.Log.Read(func(_ *timetable.Board, head eventlog.Position) { at = head })
	} else {
		at, err = m.Log.End(ctx)
	}
	m.heard(true, 0, err)
	return at, err
}

// claim writes the feed's name on flights that it brings. A flight that another has brought is not taken over: what is
// said about it is added to what is there, and a removal that names the feed, as a table's do, is none of it.
func (m *monitor) claim(changes []timetable.Change) {
	m.Log.Read(func(b *timetable.Board, _ eventlog.Position) {
		for i := range changes {
			c := &changes[i]
			there := b.Flight(c.Flight.Key())
			switch {
			case c.Kind == timetable.Remove && c.Flight.Feed != "" && there != nil && there.Feed != m.name:
				c.Kind = timetable.Put // which says nothing
				c.Flight = timetable.Flight{Number: c.Flight.Number, ID: c.Flight.ID}
			case c.Kind == timetable.Replace:
				for i := range c.Board {
					c.Board[i].Feed = m.name
				}
			case c.Kind == timetable.Add && there != nil && there.Feed != m.name:
				c.Kind, c.Named = timetable.Put, c.Flight.Filled()&^timetable.Feed.Bit()
			case c.Kind == timetable.Add, c.Kind == timetable.Put && there == nil:
				c.Flight.Feed = m.name
				c.Named |= timetable.Feed.Bit()
			default:
				c.Named &^= timetable.Feed.Bit()
			}
		}
	})
}

// replace puts the feed's flights in place of those that bear its name. Another publisher may remove one of them in
// between; then it is tried again.
func (m *monitor) replace(ctx context.Context, flights []timetable.Flight) (at eventlog.Position, err error) {
	stays := make(map[string]bool, len(flights))
	for i := range flights {
		stays[flights[i].Key()] = true
	}
	for range 3 {
		var changes []timetable.Change
		m.Log.Read(func(b *timetable.Board, _ eventlog.Position) {
			for f := range b.Flights() {
				if f.Feed == m.name && !stays[f.Key()] {
					changes = append(changes, timetable.Change{Kind: timetable.Remove, Flight: timetable.Flight{Number: f.Key()}})
				}
			}
		})
		for _, f := range flights {
			changes = append(changes, timetable.Change{Kind: timetable.Add, Flight: f, Source: m.source})
		}
		m.claim(changes)
		at, err = m.append(ctx, changes)
		m.heard(false, len(changes), err)
		if _, refused := errors.AsType[*eventlog.RefusedError](err); !refused {
			break
		}
	}
	return at, err
}

// silent names the publisher when it has failed, or has said nothing for longer than there is patience.
func (m *monitor) silent(now time.Time) []web.Silence {
	m.mu.Lock()
	defer m.mu.Unlock()
	since := m.last
	if since.IsZero() {
		since = m.expected
	}
	late := m.patience > 0 && !since.IsZero() && now.Sub(since) >= m.patience
	if m.over || !m.failed && !late {
		return nil
	}
	return []web.Silence{{Feed: m.name, Since: since.UTC().Truncate(time.Second)}}
}

// health is how the publisher is.
func (m *monitor) health(now time.Time) web.Health {
	silent := len(m.silent(now)) > 0
	m.mu.Lock()
	defer m.mu.Unlock()
	return web.Health{Feed: m.name, Last: m.last.UTC(), Accepted: m.accepted, Refused: m.refused,
		Silent: silent, Over: m.over, Fault: m.fault}
}
