package timetable

import "strings"

// elements reads a body that is one array of changes. It continues after an element that is valid JSON but not a
// valid change; it stops at a syntax error.
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
			s.i, s.strict = start, false // find the element's end, whatever texts it contains
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
