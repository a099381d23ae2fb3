package feed

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"flightboard/timetable"
)

// A timeline repeats a recording for ever: after its last day its first day follows, with later dates. One turn is a
// whole number of days, counted by the dates of departure, which are part of the legs' IDs, so each ID is unique. A
// leg's milestones after the end of its turn are in the next turn, together with that turn's own legs.
type timeline struct {
	legs  []leg
	epoch time.Time // when turn 0 begins
	days  int       // of one turn
	marks []mark    // of one turn, in their order
}

// A mark is the place of a milestone in the turn. The milestone itself is not stored: life computes it again.
type mark struct {
	at   time.Duration // since the turn began
	late int32         // how many turns after the turn of its leg
	leg  int32
	step int32
}

// An occurrence is a mark in one turn. Each mark occurs once a turn.
type occurrence struct {
	turn int
	mark int // its index
}

func newTimeline(legs []leg) *timeline {
	first, last := legs[0].is.Date, legs[0].is.Date
	for i := range legs {
		first, last = earliest(first, legs[i].is.Date), latest(last, legs[i].is.Date)
	}
	t := &timeline{legs: legs, epoch: first, days: int(last.Sub(first)/day) + 1}
	t.marks = make([]mark, 0, 8*len(legs))
	for i := range legs {
		for step, m := range t.life(i) {
			turn, at := t.place(m.at)
			t.marks = append(t.marks, mark{at: at, late: int32(turn), leg: int32(i), step: int32(step)})
		}
	}
	slices.SortFunc(t.marks, func(a, b mark) int {
		// Two steps of a leg may be at the same time.
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.leg, b.leg), cmp.Compare(a.step, b.step))
	})
	return t
}

const day = 24 * time.Hour

// life returns the leg's milestones. It moves them by a number of seconds that depends on the leg, because recorded
// times are whole minutes and all changes of a minute would otherwise come at once.
func (t *timeline) life(i int) []milestone {
	h := fnv.New32a()
	h.Write([]byte(t.legs[i].is.String()))
	second := time.Duration(h.Sum32()%60) * time.Second
	milestones := life(&t.legs[i])
	for i := range milestones {
		milestones[i].at = milestones[i].at.Add(second)
	}
	return milestones
}

// place returns the turn of a time, and the time since the turn began.
func (t *timeline) place(at time.Time) (turn int, since time.Duration) {
	length := time.Duration(t.days) * day
	since = at.Sub(t.epoch)
	turn = int(since / length)
	if since %= length; since < 0 {
		turn, since = turn-1, since+length
	}
	return turn, since
}

// board returns a change with all flights that are on the board at a time.
func (t *timeline) board(at time.Time) timetable.Change {
	c := timetable.Change{Kind: timetable.KindReplace}
	for i := range t.legs {
		milestones := t.life(i)
		entered, left := milestones[0].at, milestones[len(milestones)-1].at
		// The leg is flown once a turn. If it is late, two of them may be on the board together.
		turn, _ := t.place(t.epoch.Add(at.Sub(entered)))
		for ; at.Before(left.AddDate(0, 0, turn*t.days)); turn-- {
			now := milestones[0]
			for _, m := range milestones {
				if m.at.AddDate(0, 0, turn*t.days).After(at) {
					break
				}
				now = m
			}
			c.Board = append(c.Board, t.legs[i].flight(turn*t.days, now))
		}
	}
	return c
}

// after returns the first occurrence after a time.
func (t *timeline) after(at time.Time) occurrence {
	turn, since := t.place(at)
	next, _ := slices.BinarySearchFunc(t.marks, since, func(m mark, since time.Duration) int {
		if m.at <= since {
			return -1
		}
		return 1
	})
	return t.normal(occurrence{turn, next})
}

// following returns the occurrence after another.
func (t *timeline) following(o occurrence) occurrence {
	return t.normal(occurrence{o.turn, o.mark + 1})
}

// normal returns the occurrence, or the first one of the next turn if it is behind the end of its turn.
func (t *timeline) normal(o occurrence) occurrence {
	if o.mark == len(t.marks) {
		return occurrence{turn: o.turn + 1}
	}
	return o
}

// time returns when the occurrence is due.
func (t *timeline) time(o occurrence) time.Time {
	return t.epoch.AddDate(0, 0, o.turn*t.days).Add(t.marks[o.mark].at)
}

// change returns the change that is published at the occurrence.
func (t *timeline) change(o occurrence) timetable.Change {
	m := t.marks[o.mark]
	l, milestones := &t.legs[m.leg], t.life(int(m.leg))
	days := (o.turn - int(m.late)) * t.days
	now := milestones[m.step]
	switch {
	case m.step == 0:
		return timetable.Change{Kind: timetable.KindAdd, Flight: l.flight(days, now)}
	case now.state == "":
		return timetable.Change{Kind: timetable.KindRemove, Flight: l.identity(days)}
	}
	c := timetable.Change{Kind: timetable.KindUpdate, Flight: l.identity(days)}
	before := milestones[m.step-1]
	if now.state != before.state {
		c.Flight.State = now.state
		c.Named |= timetable.FieldState.Bit()
	}
	if !now.expected.Equal(before.expected) {
		c.Flight.Expected = l.stamp(days, now.expected)
		c.Named |= timetable.FieldExpected.Bit()
	}
	return c
}

// start parses the time at which to start: a local time with a date or on the first day. If it is empty, the start is
// shortly before the first change.
func (t *timeline) start(text string) (time.Time, error) {
	if text == "" {
		first := t.life(0)[1].at
		for i := range t.legs {
			first = earliest(first, t.life(i)[1].at)
		}
		return first.Add(-time.Minute), nil
	}
	local, err := time.Parse("15:04", text)
	if err == nil {
		local = t.epoch.Add(time.Duration(local.Hour())*time.Hour + time.Duration(local.Minute())*time.Minute)
	} else if local, err = time.Parse("2006-01-02T15:04", text); err != nil {
		return time.Time{}, fmt.Errorf("%q is neither like 15:04 nor like 2006-01-02T15:04", text)
	}
	if since := local.Sub(t.epoch); since < 0 || since >= time.Duration(t.days)*day {
		return time.Time{}, fmt.Errorf("%s: the recording goes from %s to %s", text, t.epoch.Format(time.DateOnly),
			t.epoch.AddDate(0, 0, t.days-1).Format(time.DateOnly))
	}
	// The airport's offset at that time is the offset of the flight that is due closest to it.
	var offset, nearest time.Duration = 0, -1
	for i := range t.legs {
		_, seconds := t.legs[i].due.In(t.legs[i].zone).Zone()
		there := time.Duration(seconds) * time.Second
		if d := t.legs[i].due.Add(there).Sub(local).Abs(); nearest < 0 || d < nearest {
			offset, nearest = there, d
		}
	}
	return local.Add(-offset), nil
}
