package timetable

import (
	"strings"
	"unicode/utf8"
)

// AppendJSON appends the change's data as JSON: the data of an event of the type Kind.EventType. Fields are in their
// order, and empty ones are left out unless they are named. A snapshot has one line for each flight, any other change
// one line in all. A Put is written as the bare flight that publishers send.
func (c *Change) AppendJSON(dst []byte) []byte {
	switch c.Kind {
	case KindReplace:
		dst = append(dst, '[')
		for i := range c.Board {
			if i > 0 {
				dst = append(dst, ",\n"...)
			}
			dst = c.Board[i].AppendJSON(dst)
		}
		return append(dst, ']')
	case KindRemove:
		return c.Flight.appendJSON(dst, c.Flight.named()&identity)
	case KindAdd:
		return c.Flight.AppendJSON(dst)
	}
	return c.Flight.appendJSON(dst, c.Named|c.Flight.named()&identity)
}

const identity = Fields(1<<FieldNumber | 1<<FieldID)

// AppendJSON appends the flight as a JSON object without its empty fields.
func (f *Flight) AppendJSON(dst []byte) []byte { return f.appendJSON(dst, f.named()) }

func (f *Flight) appendJSON(dst []byte, set Fields) []byte {
	open := byte('{')
	for k := range set.All() {
		dst = append(dst, open, '"')
		dst = append(dst, fieldNames[k]...)
		dst = append(dst, '"', ':')
		if k.list() {
			dst = appendList(dst, *f.field(k))
		} else {
			dst = appendString(dst, *f.field(k))
		}
		open = ','
	}
	if open == '{' {
		dst = append(dst, '{')
	}
	return append(dst, '}')
}

// AppendEnvelope appends the members "event" and "data" of the object that stands for a change in flightChanges events,
// in answers and in recordings. The caller writes the braces, because there may be other members.
func AppendEnvelope[T string | []byte](dst []byte, eventType T, data []byte) []byte {
	dst = append(dst, `"event":"`...)
	dst = append(dst, eventType...)
	dst = append(dst, `","data":`...)
	return append(dst, data...)
}

func appendList(dst []byte, lines string) []byte {
	if lines == "" {
		return append(dst, "[]"...)
	}
	open := byte('[')
	for line := range strings.SplitSeq(lines, "\n") {
		dst = appendString(append(dst, open), line)
		open = ','
	}
	return append(dst, ']')
}

// appendString appends a JSON string. Bytes that are not UTF-8 become U+FFFD, as encoding/json has it.
func appendString(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		b := s[i]
		if b >= ' ' && b != '"' && b != '\\' && b < utf8.RuneSelf {
			i++
			continue
		}
		if b >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r != utf8.RuneError || n > 1 {
				i += n
				continue
			}
			dst = append(append(dst, s[start:i]...), "\uFFFD"...)
		} else {
			dst = append(dst, s[start:i]...)
			switch b {
			case '"', '\\':
				dst = append(dst, '\\', b)
			case '\n':
				dst = append(dst, '\\', 'n')
			case '\t':
				dst = append(dst, '\\', 't')
			default:
				dst = append(dst, '\\', 'u', '0', '0', hex[b>>4], hex[b&15])
			}
		}
		i++
		start = i
	}
	return append(append(dst, s[start:]...), '"')
}
