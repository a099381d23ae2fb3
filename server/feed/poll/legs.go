package poll

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"flightboard/server/feed"
	"flightboard/server/feed/source"
)

// legs are the flights of a source. They turn its answers into reports.
//
// A row is published as a whole when its leg is new, and then what the source changes in it. So what others report
// about the flight stays until the source changes that field.
type legs struct {
	name    string
	about   source.About
	options Options
	logger  *slog.Logger

	byKey   map[string]*leg
	others  []*leg    // flights on the board that may be the feed's
	since   time.Time // when the first answer came
	answers int       // whole ones since then
	began   bool      // an answer was published
	resumed bool      // the board was there before that: it has flights of the feed, or has had them
	updated time.Time // the source's own time of its last answer
	older   int       // answers in a row that are older than the one before

	changed  time.Time // when rows last changed
	rejected int       // rows of the last answer
	reasons  []string
	logged   map[string]bool // kinds of complaints
}

func newLegs(name string, about source.About, o Options, logger *slog.Logger) *legs {
	resumed := !o.Resumed.IsZero() && time.Since(o.Resumed) < longRest
	return &legs{resumed: resumed, name: name, about: about, options: o, logger: logger, byKey: make(map[string]*leg),
		logged: make(map[string]bool)}
}

// publish publishes what an answer changes. One without rows changes nothing.
func (l *legs) publish(ctx context.Context, log feed.Log, a *answer) error {
	l.rejected, l.reasons = 0, nil
	l.complainAll(a)
	l.read()
	if l.since.IsZero() {
		l.since = a.at
	}
	if len(a.Rows) == 0 || l.isOlder(a) {
		return nil
	}
	rows := l.rows(a)
	known := l.known()
	is := match(rows, known, a.at)
	l.adopt(is)
	var items []item
	for _, r := range rows {
		g := is[r]
		if g == nil {
			g = &leg{ours: true, row: r}
			g.key = keyOf(r, func(key string) bool { return l.byKey[key] != nil })
			l.byKey[g.key] = g
		}
		g.missing, g.seen, g.rejected = 0, a.at, l.rejected
		if i, ok := l.next(g, r, a.at); ok {
			items = append(items, i)
		}
	}
	items = append(items, l.absent(a, known)...)
	if len(items) > 0 || l.changed.IsZero() {
		l.changed = a.at
	}
	l.forget(a.at)
	return l.send(ctx, log, items)
}

// rows reads the rows of an answer.
func (l *legs) rows(a *answer) (rows []*row) {
	for i := range a.Rows {
		place := a.Rows[i].Place
		r, err := newRow(&a.Rows[i], l.about.Zone, l.complain)
		if err != nil {
			l.reject(place, err)
			continue
		}
		rows = append(rows, r)
	}
	return unique(rows, func(r *row, err error) { l.reject(r.place, err) })
}

// isOlder reports whether an answer is older than the one before, as when a cache has many servers. If the next one
// is so, too, the source's clock was set back.
func (l *legs) isOlder(a *answer) bool {
	if a.Updated.IsZero() {
		return false
	}
	if l.older++; !a.Updated.Before(l.updated) || l.older >= confirmed {
		l.updated, l.older = a.Updated, 0
		return false
	}
	l.complain("", fmt.Errorf("the answer is older than the one before by %v", l.updated.Sub(a.Updated)))
	return true
}

// longRest is how long a server may have been stopped so that flights which have left its board do not come back.
const longRest = 12 * time.Hour

// confirmed is how many answers in a row have to say something that may be a fault.
const confirmed = 2

// next returns the report of a leg's row, if it has news.
func (l *legs) next(g *leg, r *row, now time.Time) (i item, ok bool) {
	switch {
	case !g.put && !g.left:
		if g.row = r; l.isOver(g, r, now) {
			g.left = true
			return i, false
		}
		at, err := g.asOf(r, now)
		if err != nil {
			l.complain(r.place, err)
		}
		return g.whole(r, at), true
	case g.onBoard && !g.adopted && r.stamp.Before(g.row.stamp) && !r.stamp.IsZero():
		if g.older++; g.older < confirmed && !r.same(g.row) {
			return i, false
		}
		g.stamp = max(g.stamp, now.UnixMicro()-1) // the source's clock was set back
	}
	g.older = 0
	at, err := g.asOf(r, now)
	i, ok = g.change(r, at)
	if err != nil && ok {
		l.complain(r.place, err)
	}
	switch {
	case !ok:
		g.row = r
	case !g.onBoard && l.isOver(g, r, now):
		g.row, ok = r, false
	case !g.onBoard:
		i = g.whole(r, now) // its removal is newer than the stamp may be
	}
	return i, ok
}

// isOver reports whether a leg that is not on the board stays away, because it would have left by now: long after it
// has landed, was due to be cancelled, or was expected; or because it has left already.
func (l *legs) isOver(g *leg, r *row, now time.Time) bool {
	ended := r.ended()
	ago := func(stays time.Duration) bool { return !ended.IsZero() && now.Sub(ended) >= stays }
	before := l.resumed && (l.answers < many || ended.Before(l.since)) // it has left before the restart
	switch o := l.options; {
	case r.hasLanded():
		return o.Landed > 0 && (ago(o.Landed) || before && l.mayHaveLeft(r) || g.left && g.row.hasLanded())
	case r.isOff():
		return o.OffSchedule > 0 && (ago(o.OffSchedule) || before || g.left && g.row.isOff())
	default:
		return o.Overdue > 0 && ago(o.Overdue)
	}
}

// mayHaveLeft reports whether a flight that has landed may have left the board before the restart. Its time may have
// been another one then, as of the landing and not of the gate.
func (l *legs) mayHaveLeft(r *row) bool {
	landed := r.landed()
	return landed.IsZero() || landed.Add(l.options.Landed).Before(l.since.Add(settled))
}
