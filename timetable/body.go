package timetable

import (
	"iter"
	"strings"
)

// An Entry is one change of a publisher's body and the line on which it begins, the first line being 1.
type Entry struct {
	Line   int
	Report *Report // valid until the next entry
}

// Body splits a publisher's body into changes: one JSON value after the other, or an array of them. It is strict: an
// unknown field is an error. It is not strict about blanks around texts and the spelling of times: it replaces them by
// those of the board. After an error it continues at the next line, or with the next element, so that the publisher
// gets all errors in one answer. The error about a change may be [Errors].
func Body(text string) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		var r Report
		s := scanner{text: text, strict: true, report: &r, spell: spelledTime}
		if s.space(); s.peek() == '[' {
			s.elements(yield)
			return
		}
		line, start := 1, 0
		for s.space(); s.i < len(text); s.space() {
			line += strings.Count(text[start:s.i], "\n")
			start = s.i
			err := s.change(&r.Change)
			if err == nil && s.i < len(text) && strings.IndexByte(" \t\r\n", text[s.i]) < 0 {
				err = s.err("want the end of the line after the change")
			}
			if err != nil {
				s.resync(start)
			} else {
				err = r.check()
			}
			if !yield(Entry{line, &r}, err) {
				return
			}
		}
	}
}

// check tidies a report that was parsed. If that finds errors, it returns all that is wrong with the report.
func (r *Report) check() error {
	if err := r.tidy(); err != nil {
		return with(err, r.Validate())
	}
	return nil
}

// resync skips the rest of the line with the syntax error in the change that began at start. An error at the
// beginning of a line belongs to the line before, which is incomplete; then the line itself is not skipped.
func (s *scanner) resync(start int) {
	if read := strings.TrimRight(s.text[start:s.i], " \t\r"); strings.HasSuffix(read, "\n") {
		return
	}
	if next := strings.IndexByte(s.text[s.i:], '\n'); next >= 0 {
		s.i += next
	} else {
		s.i = len(s.text)
	}
}
