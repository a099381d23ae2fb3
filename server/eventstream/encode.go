package eventstream

import (
	"bytes"
	"encoding"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

var _ encoding.TextAppender = Event{}

// AppendText appends the encoded event with its blank line, and returns the extended buffer. It allocates only if the
// capacity of dst is too small. Data must not overlap the bytes that are written.
//
// It returns dst unchanged and an error if ID or Type contains a line feed, a carriage return or NUL, if Data contains
// a carriage return, if a text is not UTF-8, or if Retry is negative or not whole milliseconds.
//
// NUL in Data is written, because the grammar of the standard allows it; Firefox is known to drop it. So is an ID that
// begins or ends with a space or has control characters, which a client may not be able to send as Last-Event-ID.
func (e Event) AppendText(dst []byte) ([]byte, error) {
	if err := e.check(); err != nil {
		return dst, err
	}
	if e.Retry != 0 {
		dst = append(dst, "retry: "...)
		dst = strconv.AppendInt(dst, e.Retry.Milliseconds(), 10)
		dst = append(dst, '\n')
	}
	if e.Type != "" && e.Type != "message" {
		dst = append(dst, "event: "...)
		dst = append(dst, e.Type...)
		dst = append(dst, '\n')
	}
	if e.ID != "" {
		dst = append(dst, "id: "...)
		dst = append(dst, e.ID...)
		dst = append(dst, '\n')
	}
	if e.Data != nil {
		dst = appendData(dst, e.Data)
	}
	return append(dst, '\n'), nil
}

// appendData writes one field for each line. The space after the colon is necessary: without it the parser would drop
// the first space of a line.
func appendData(dst, data []byte) []byte {
	for more := true; more; {
		var line []byte
		line, data, more = bytes.Cut(data, []byte{'\n'})
		dst = append(dst, "data: "...)
		dst = append(dst, line...)
		dst = append(dst, '\n')
	}
	return dst
}

func (e Event) check() error {
	if err := checkLine("event ID", e.ID); err != nil {
		return err
	}
	if err := checkLine("event type", e.Type); err != nil {
		return err
	}
	if i := bytes.IndexByte(e.Data, '\r'); i >= 0 {
		return fmt.Errorf("eventstream: data holds a carriage return at byte %d", i)
	}
	if !utf8.Valid(e.Data) {
		return errors.New("eventstream: data is not UTF-8")
	}
	if e.Retry < 0 {
		return fmt.Errorf("eventstream: reconnection time %v is negative", e.Retry)
	}
	if e.Retry%time.Millisecond != 0 {
		return fmt.Errorf("eventstream: reconnection time %v is not whole milliseconds", e.Retry)
	}
	return nil
}

// checkLine returns an error if s cannot be the value of one field. NUL can, but clients ignore an ID with NUL, and a
// type with NUL is always a mistake.
func checkLine(what, s string) error {
	var holds string
	switch i := strings.IndexAny(s, "\n\r\x00"); {
	case i < 0 && utf8.ValidString(s):
		return nil
	case i < 0:
		return fmt.Errorf("eventstream: %s is not UTF-8", what)
	case s[i] == '\n':
		holds = "line feed"
	case s[i] == '\r':
		holds = "carriage return"
	default:
		holds = "NUL"
	}
	return fmt.Errorf("eventstream: %s holds a %s", what, holds)
}
