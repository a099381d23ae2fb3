package main

import (
	"bytes"
	"errors"
)

// An event is one event of a stream as the scanner sees it. All of it is valid during the call only.
type event struct {
	kind  []byte   // empty for an untyped one
	id    []byte   // as in this very block; nil when it has none
	lines [][]byte // the data
	text  []byte   // the whole block, blank line included
}

// A scanner cuts an event stream into events while its bytes arrive in pieces of any size. It is made for millions of
// events a second and for thousands of streams, so an idle one holds no buffer, and it reads what our server writes:
// lines end with LF, and a carriage return or a byte order mark is an error. For the rest it does what the standard
// says; package eventstream is its judge in the tests.
type scanner struct {
	rest []byte // the block that has not come to its end
}

var errCarriageReturn = errors.New("the stream holds a carriage return")

// feed takes the next piece and calls each for every event that it completes.
func (s *scanner) feed(piece []byte, each func(*event) error) error {
	if bytes.IndexByte(piece, '\r') >= 0 {
		return errCarriageReturn
	}
	if len(s.rest) > 0 {
		s.rest = append(s.rest, piece...)
		piece = s.rest
	}
	left, err := blocks(piece, each)
	switch {
	case err != nil:
		return err
	case len(left) == 0:
		s.rest = nil
	default:
		s.rest = append(s.rest[:0], left...) // copy allows that left is a part of rest
	}
	return nil
}

// between says whether the last piece has ended with a block.
func (s *scanner) between() bool { return len(s.rest) == 0 }

// blocks calls each for every complete event in text and returns what follows the last complete block.
func blocks(text []byte, each func(*event) error) (rest []byte, err error) {
	var e event
	var room [4][]byte
	e.lines = room[:0]
	start := 0
	for at := 0; ; {
		n := bytes.IndexByte(text[at:], '\n')
		if n < 0 {
			return text[start:], nil
		}
		line := text[at : at+n]
		at += n + 1
		if n > 0 {
			e.field(line)
			continue
		}
		e.text = text[start:at]
		if len(e.lines) > 0 {
			if err := each(&e); err != nil {
				return nil, err
			}
		}
		e = event{lines: e.lines[:0]}
		start = at
	}
}

func (e *event) field(line []byte) {
	name, value, _ := bytes.Cut(line, []byte{':'})
	if len(value) > 0 && value[0] == ' ' {
		value = value[1:]
	}
	switch string(name) {
	case "data":
		e.lines = append(e.lines, value)
	case "event":
		e.kind = value
	case "id":
		e.id = value
	}
}
