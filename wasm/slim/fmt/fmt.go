// Package fmt replaces the standard library's when the client is linked. Safejs is the only package that imports it,
// for its error texts; the original would add reflection, files and all formatting to the client.
//
// It has what safejs v0.1.0 uses. A program that uses more does not compile with it.
package fmt

import (
	"errors"
	"io"
	"strconv"
	"strings"
)

// State is what a Format method is given. Nothing here calls one.
type State interface {
	Write(b []byte) (n int, err error)
	Width() (wid int, ok bool)
	Precision() (prec int, ok bool)
	Flag(c int) bool
}

// Errorf returns an error with this text, which wraps nothing.
func Errorf(format string, args ...any) error { return errors.New(Sprintf(format, args...)) }

// Fprint writes its arguments.
func Fprint(w io.Writer, args ...any) (int, error) {
	return Fprintf(w, strings.Repeat("%v", len(args)), args...)
}

// Fprintf writes what Sprintf returns.
func Fprintf(w io.Writer, format string, args ...any) (int, error) {
	return io.WriteString(w, Sprintf(format, args...))
}

// Sprintf knows the verbs v, s, d and q; the flag + changes nothing.
func Sprintf(format string, args ...any) string {
	var b strings.Builder
	for _, arg := range args {
		before, after, _ := strings.Cut(format, "%")
		after = strings.TrimPrefix(after, "+")
		b.WriteString(before)
		if strings.HasPrefix(after, "q") {
			b.WriteString(strconv.Quote(text(arg)))
		} else {
			b.WriteString(text(arg))
		}
		format = after[min(1, len(after)):]
	}
	b.WriteString(format)
	return b.String()
}

// text returns the text of an error, a Stringer or a string.
func text(v any) string {
	switch v := v.(type) {
	case nil:
		return "<nil>"
	case error:
		return v.Error()
	case interface{ String() string }:
		return v.String()
	case string:
		return v
	}
	return "a value that says nothing of itself"
}
