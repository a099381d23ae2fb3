package timetable

import "fmt"

// A FieldError is an error about one field of a change. Its text is that of Err, which names the field as well.
type FieldError struct {
	Field string // as the publisher wrote it, cut to MaxIdentity bytes
	Err   error
}

func (e *FieldError) Error() string { return e.Err.Error() }

func (e *FieldError) Unwrap() error { return e.Err }

// inField returns a FieldError that wraps err and whose text begins with the field's name; nil of nil.
func inField(name string, err error) error {
	if err == nil {
		return nil
	}
	if e, ok := err.(*syntaxError); ok { // keep the place at the end of the text
		return &FieldError{name, &syntaxError{e.at, name + ": " + e.reason}}
	}
	return &FieldError{name, fmt.Errorf("%s: %w", name, err)}
}
