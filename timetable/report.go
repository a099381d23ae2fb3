package timetable

// A Report is a publisher's message about a flight, or about the whole board. [Batch.Merge] decides which part of it
// is published.
type Report struct {
	Change        // the change that the publisher wants
	Source string // the feed's name; empty: unknown
	Stamp  int64  // the time of the observation, in Unix microseconds; 0: now
	Times  Times  // the actual times of the flight's milestones
	Until  int64  // the named fields are overridden until then, in Unix microseconds; 0: they are not
	Hidden bool   // until then the flight is not shown

	Withdrawn Milestones // whose times have not come about after all; of those that the Times do not have
	Over      bool       // of a removal: the flight is over, and stays away while it is only repeated

	Publisher string // the name of the client that posted it, which a flight without a feed gets; empty: none

	Published bool // the change was merged and published before, and is published again as it is
}

// isManual reports whether the report has neither a source nor a stamp, as when a person types a change.
func (r *Report) isManual() bool { return r.Source == "" && r.Stamp == 0 }

// asOf returns the stamp of a report that came at now, in Unix microseconds; 0: unknown.
func (r *Report) asOf(now int64) int64 {
	if r.Stamp != 0 {
		return r.Stamp
	}
	return now
}

func (r *Report) set(k Field, text string) {
	*r.Flight.field(k) = text
	r.Named |= k.Bit()
}

func (r *Report) drop(k Field) {
	*r.Flight.field(k) = ""
	r.Named &^= k.Bit()
}

// An Outcome is the result of merging a report.
type Outcome struct {
	Change Change // complete: a Put has become an Add or an Update, and a flight with an ID also has its number
	Idle   bool   // nothing is published: the report is older than the board, or repeats it
}
