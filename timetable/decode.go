package timetable

import (
	"slices"
	"strconv"
	"strings"
)

// Decode reads the data of an event of the given kind, as AppendJSON writes it: RFC 8259 JSON with our fields. It
// ignores unknown fields. A field that is null is named and empty. Of a field that is there twice the last counts.
//
// The texts of c share the memory of data unless they contain escapes, and c.Board is reused, so decoding does not
// allocate. After an error the contents of c are undefined. Decode does not check identity: see Validate.
func (c *Change) Decode(kind Kind, data string) error {
	s := scanner{text: data}
	c.reset(kind)
	if err := s.payload(c); err != nil {
		return err
	}
	return s.end()
}

// DecodeLine reads one change in the form that publishers send and flightChanges events contain: an object with the
// event type and its data, or a bare flight, which is a Put.
func (c *Change) DecodeLine(line string) error {
	s := scanner{text: line}
	if err := s.change(c); err != nil {
		return err
	}
	return s.end()
}

func (c *Change) reset(kind Kind) {
	*c = Change{Kind: kind, Board: c.Board[:0]}
}

// change reads {"event":…,"data":…} in either order, or a bare flight.
func (s *scanner) change(c *Change) error {
	if s.report != nil {
		*s.report = Report{Change: Change{Board: c.Board}}
	}
	c.reset(KindPut)
	start := s.i
	known, done, payload := false, false, -1
	more, err := s.open('{', '}')
	for ; more && err == nil; more, err = s.next('}') {
		key, err := s.key()
		if err != nil {
			return err
		}
		switch {
		case key == "event":
			name, err := s.string()
			if err != nil {
				return err
			}
			if c.Kind, known = KindOf(name); !known {
				return s.err("unknown event " + quote(name))
			}
			done = false // the data may have been read as the data of another event
		case key == "data" && known:
			payload = s.i
			if err := s.payload(c); err != nil {
				return err
			}
			done = true
		case key == "data":
			payload = s.i
			if err := s.skip(0); err != nil {
				return err
			}
		case s.report != nil && (key == "stamp" || key == "until" || key == "hidden"):
			if err := s.reported(key); err != nil {
				return inField(key, err)
			}
		case !known && payload < 0:
			s.i = start
			return s.payload(c)
		case s.strict:
			return s.unknownField(key, " beside event and data")
		default:
			if err := s.skip(0); err != nil {
				return err
			}
		}
	}
	switch {
	case err != nil:
		return err
	case done:
		return nil
	case !known && payload >= 0:
		return inField("event", s.err("missing"))
	case !known:
		return nil // {} is a bare flight without an identity
	case payload < 0:
		return inField("data", s.err("missing"))
	}
	end := s.i
	s.i = payload
	err = s.payload(c)
	s.i = end
	return err
}

// payload reads the data of an event of kind c.Kind.
func (s *scanner) payload(c *Change) (err error) {
	if c.Kind != KindReplace {
		c.Flight = Flight{}
		if s.report != nil {
			s.report.Times, s.report.Withdrawn = Times{}, 0
		}
		c.Named, err = s.flight(&c.Flight, s.report != nil)
		return err
	}
	c.Board = c.Board[:0]
	more, err := s.open('[', ']')
	for ; more && err == nil; more, err = s.next(']') {
		if len(c.Board) == cap(c.Board) {
			c.Board = slices.Grow(c.Board, len(c.Board)+1) // append alone would copy a large slice five times
		}
		c.Board = append(c.Board, Flight{})
		f := &c.Board[len(c.Board)-1]
		if _, err := s.flight(f, false); err != nil {
			return err
		}
		if s.strict && f.Key() == "" { // or each {} of the body, three bytes, would take the memory of a Flight
			place := "flight " + strconv.Itoa(len(c.Board)) + " of the snapshot: "
			return &FieldError{FieldNumber.String(), s.err(place + errMissing.Error())}
		}
	}
	return err
}

// flight reads a flight and, if reported is set, the fields of the report in the same object. A strict scanner
// continues after a field that it rejects, and returns all errors.
func (s *scanner) flight(f *Flight, reported bool) (named Fields, err error) {
	var wrong Errors
	first := 0 // where the first error is
	more, err := s.open('{', '}')
	for ; more && err == nil; more, err = s.next('}') {
		key, err := s.key()
		if err != nil {
			return 0, s.firstOf(wrong, first, err)
		}
		start := s.i
		k, ok := fieldNamed(key)
		switch {
		case !ok && s.strict:
			if reported {
				err = s.reported(key)
			}
			if !reported || err == errUnknown {
				err = s.unknownField(key, "")
			} else if err != nil {
				err = inField(key, err)
			}
		case !ok:
			err = inField(key, s.skip(0))
		case k.list():
			*f.field(k), err = s.list()
			err = inField(key, err)
		default:
			*f.field(k), err = s.stringOrNull()
			err = inField(key, err)
		}
		if err != nil {
			at := s.i
			if !s.strict || len(wrong) == maxWrong || !s.passOver(start) {
				s.i = at
				return 0, s.firstOf(wrong, first, err)
			}
			if wrong == nil {
				first = at
			}
			if ok {
				err = instead(k, s.text[start:s.i], at, err)
			}
			wrong = append(wrong, err)
		}
		if ok {
			named |= k.Bit()
		}
	}
	if wrong == nil {
		return named, err
	}
	if err != nil {
		return 0, s.firstOf(wrong, first, err)
	}
	return 0, wrong.join()
}

// instead returns the error about a value of the wrong type, with the one that is meant if that is plain.
func instead(k Field, value string, at int, err error) error {
	switch c := value[0]; {
	case len(value) > MaxText:
	case k.list() && c == '"':
		err = inField(k.String(), &syntaxError{at, "want a list: [" + value + "]"})
	case !k.list() && (c == '-' || '0' <= c && c <= '9' || c == 't' || c == 'f'):
		err = inField(k.String(), &syntaxError{at, "want a string: \"" + value + "\""})
	}
	return err
}

// maxWrong is how many errors of one flight are returned.
const maxWrong = 20

// firstOf returns the first error of a flight whose JSON is broken, and stands where that error is.
func (s *scanner) firstOf(wrong Errors, at int, err error) error {
	if wrong == nil {
		return err
	}
	s.i = at
	return wrong[0]
}

// passOver passes over the value that begins at start, and reports whether it is JSON.
func (s *scanner) passOver(start int) bool {
	s.i, s.strict = start, false // a text that is rejected has an end nevertheless
	err := s.skip(0)
	s.strict = true
	return err == nil
}

func (s *scanner) stringOrNull() (string, error) {
	if strings.HasPrefix(s.text[s.i:], "null") {
		s.i += len("null")
		return "", nil
	}
	return s.string()
}

func (s *scanner) list() (string, error) {
	if strings.HasPrefix(s.text[s.i:], "null") {
		s.i += len("null")
		return "", nil
	}
	var first string
	var all strings.Builder // holds the lines when there are several
	more, err := s.open('[', ']')
	for n := 0; more && err == nil; more, err = s.next(']') {
		line, err := s.string()
		if err == nil && s.strict && strings.Contains(line, "\n") {
			err = s.err("a line feed divides two")
		}
		if err != nil {
			return "", err
		}
		switch n++; n {
		case 1:
			first = line
			continue
		case 2:
			all.WriteString(first)
		}
		all.WriteByte('\n')
		all.WriteString(line)
	}
	if all.Len() == 0 {
		return first, err
	}
	return all.String(), err
}
