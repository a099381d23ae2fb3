package timetable

import "strings"

// A Milestone is an event in a leg's life whose actual time a publisher can report.
type Milestone uint8

const (
	MilestoneDeparted Milestone = iota // left its stand at the origin, or took off there
	MilestoneLanding                   // began its approach
	MilestoneLanded                    // touched down
	MilestoneArrived                   // reached its stand
	MilestoneOnBelt                    // its first bag came
	MilestoneFinished                  // its last bag came
	MilestoneCount                     // how many there are
)

var milestoneNames = [MilestoneCount]string{"departed", "landing", "landed", "arrived", "onBelt", "finished"}

// String returns the milestone's name as publishers send it.
func (m Milestone) String() string { return milestoneNames[m] }

// Times are the actual times that a publisher reports, written as Arrival; a milestone that is not reached has none.
// They are not on the board: [Batch.Merge] turns them into the state that they prove.
type Times [MilestoneCount]string

func (t *Times) validate(wrong *Errors) {
	for m, text := range t {
		if text != "" {
			wrong.add(Milestone(m).String(), validateTime(text))
		}
	}
}

// tell sets the time of a milestone; an empty one is withdrawn.
func (r *Report) tell(m Milestone, text string) {
	r.Times[m] = text
	r.Withdrawn &^= 1 << m
	if text == "" {
		r.Withdrawn |= 1 << m
	}
}

// reported reads a field that only reports have. It returns an error for any other field.
func (s *scanner) reported(key string) (err error) {
	r := s.report
	switch key {
	case "stamp":
		r.Stamp, err = s.stamp()
		return err
	case "until":
		r.Until, err = s.stamp()
		return err
	case "hidden":
		r.Hidden, err = s.bool()
		return err
	}
	for m, name := range milestoneNames {
		if name == key {
			text, err := s.stringOrNull()
			r.tell(Milestone(m), text)
			return err
		}
	}
	return errUnknown
}

var errUnknown = &syntaxError{}

// stamp reads a moment; 0 is null.
func (s *scanner) stamp() (int64, error) {
	text, err := s.stringOrNull()
	if err != nil || text == "" {
		return 0, err
	}
	t, ok := ParseTime(text)
	if !ok && s.spell != nil {
		t, ok = s.spell(text)
	}
	if !ok || !t.Dated {
		return 0, s.err(quote(text) + " is not RFC 3339 with an offset")
	}
	return t.moment(), nil
}

// moment returns a time in Unix microseconds; never 0, which is none.
func (t Time) moment() int64 {
	if t.Seconds == 0 && t.Micros == 0 {
		return 1
	}
	return t.Seconds*1e6 + t.Micros
}

func (s *scanner) bool() (bool, error) {
	for _, word := range [...]string{"true", "false"} {
		if strings.HasPrefix(s.text[s.i:], word) {
			s.i += len(word)
			return word == "true", nil
		}
	}
	return false, s.err("want true or false")
}
