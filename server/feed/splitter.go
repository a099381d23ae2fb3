package feed

import (
	"bytes"
	"cmp"
	"fmt"
	"unicode/utf8"
)

const maxLine = 64 << 10

var errLong = fmt.Errorf("the line is longer than %d KiB", maxLine>>10)

// A splitter cuts a text that comes in pieces into lines.
type splitter struct {
	decoder
	limit    int    // bytes of a line; maxLine when 0
	number   int    // of the last line
	rest     []byte // the beginning of the next one
	skipping bool   // it is too long
}

// split calls line for each line that the piece completes, without its end. A line that is not UTF-8 comes with an
// error.
func (s *splitter) split(piece []byte, line func(number int, text string, err error)) {
	piece = s.decode(piece)
	for {
		head, tail, ended := bytes.Cut(piece, []byte("\n"))
		if !s.skipping {
			s.rest = append(s.rest, head...)
			s.skipping = len(s.rest) > cmp.Or(s.limit, maxLine)
		}
		if !ended {
			return
		}
		s.flush(line)
		piece = tail
	}
}

// open reports whether the last line has no end yet.
func (s *splitter) open() bool { return len(s.rest) > 0 || len(s.held) > 0 }

// end takes the rest for a whole line, if there is one. Nothing more may be split then.
func (s *splitter) end(line func(number int, text string, err error)) {
	if s.open() {
		s.rest = append(s.rest, s.held...)
		s.held = nil
		s.flush(line)
	}
}

// flush takes the rest for a whole line.
func (s *splitter) flush(line func(number int, text string, err error)) {
	s.number++
	raw := bytes.TrimPrefix(bytes.TrimSuffix(s.rest, []byte("\r")), []byte("\ufeff"))
	text, long := string(raw), s.skipping
	s.rest, s.skipping = s.rest[:0], false
	switch {
	case long:
		line(s.number, "", errLong)
	case s.number == 1 && isWorkbook(raw):
		line(s.number, "", errWorkbook)
	case !utf8.Valid(raw):
		line(s.number, text, errNotUTF8)
	case text != "":
		line(s.number, text, nil)
	}
}
