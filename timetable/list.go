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
			if !s.passOver(start) {
				yield(entry(start), wrong)
				return
			}
		}
		if wrong == nil {
			wrong = s.report.check()
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
