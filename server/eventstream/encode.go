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

// AppendText appends the event as it goes over the wire, blank line included, and returns the extended buffer. It
// allocates only when dst has no room. Data and dst must not share the bytes that are written.
//
// It refuses a line feed, a carriage return or NUL in ID and Type, a carriage return in Data, text that is not UTF-8,
// and a Retry that is negative or not whole milliseconds; dst is then returned unchanged. NUL in Data is carried, for
// the grammar of the standard allows it; Firefox is known to drop it. The format also carries an ID that begins or ends with
// a space, or has control characters; whether the Last-Event-ID header brings such an ID back is another matter.
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

// appendData writes one field for each line. The space after the colon is not optional here: without it a line that
// begins with a space would lose it.
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

// checkLine refuses what cannot be the value of one field. NUL would be carried, but an ID with NUL is ignored by every
// client, and a type with NUL is no name that anybody listens to.
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
