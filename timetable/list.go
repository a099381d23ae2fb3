package timetable

import "strings"

// elements reads a body that is one array of changes. An element that is JSON, but no change, does not hide what is
// wrong with the ones after it; where the JSON itself is broken, the rest is.
func (s *scanner) elements(yield func(Entry, error) bool) {
	line, counted := 1, 0
	entry := func(start int) Entry {
		line += strings.Count(s.text[counted:start], "\n")
		counted = start
		return Entry{line, s.report}
	}
	more, err := s.open('[', ']')
	for more && err == nil {
		start := s.i
		wrong := s.change(&s.report.Change)
		if wrong != nil {
			s.i, s.strict = start, false // a text that is refused has an end nevertheless
			broken := s.skip(0) != nil
			if s.strict = true; broken {
				yield(entry(start), wrong)
				return
			}
		}
		if !yield(entry(start), wrong) {
			return
		}
		more, err = s.next(']')
	}
	if err == nil {
		err = s.end()
	}
	if err != nil {
		yield(entry(s.i), err)
	}
}
