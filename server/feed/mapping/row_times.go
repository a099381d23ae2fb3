package mapping

import (
	"time"

	"flightboard/server/feed/source"
	"flightboard/timetable"
)

// times reads the times of a row. A schedule without a date is near to one of the other times that has one, or else to
// the moment of the answer.
func (r *reader) times(row *source.Row, n uint32) {
	m := r.mapping
	now := reference{at: r.now, undated: true, first: true}
	row.Arrival = r.time(m.arrival, n, now)
	near := now
	if row.Arrival.At.IsZero() {
		near.first = false
	} else {
		near = reference{at: row.Arrival.At, undated: row.Arrival.Undated}
	}
	dated := r.otherTimes(row, n, near)
	if row.Arrival.Undated && !dated.IsZero() {
		complained, complaints := r.complained, r.answer.Complaints
		row.Arrival = r.time(m.arrival, n, reference{at: dated, first: true})
		r.otherTimes(row, n, reference{at: row.Arrival.At})
		r.complained, r.answer.Complaints = complained, complaints // not twice
	}
	row.Stamp = r.time(m.stamp, n, reference{at: r.now}).At
}

// otherTimes reads all times but the schedule, and returns one that has a date of its own.
func (r *reader) otherTimes(row *source.Row, n uint32, near reference) (dated time.Time) {
	row.Expected = r.time(r.mapping.expected, n, near)
	if !row.Expected.Undated {
		dated = row.Expected.At
	}
	for k, values := range r.mapping.actual {
		row.Actual[k] = r.time(values, n, near)
		if !row.Actual[k].Undated && timetable.Milestone(k) >= timetable.MilestoneLanded && dated.IsZero() {
			dated = row.Actual[k].At
		}
	}
	return dated
}

// isOutside reports whether a row has times, and all are outside the window.
func (r *reader) isOutside(row *source.Row) bool {
	some := false
	for _, t := range append([]source.Time{row.Arrival, row.Expected}, row.Actual[:]...) {
		if t.At.IsZero() {
			continue
		}
		if after := t.At.Sub(r.now); after >= r.mapping.from && after <= r.mapping.to {
			return false
		}
		some = true
	}
	return some
}
