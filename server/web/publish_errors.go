package web

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"flightboard/timetable"
)

// A lineError is one error in a body.
type lineError struct {
	Line  int    `json:"line,omitzero"`  // from 1; absent if the error is about the whole body
	Field string `json:"field,omitzero"` // absent if the error is not about a field
	Error string `json:"error"`
}

func wrongAt(line int, err error) lineError {
	e := lineError{Line: line, Error: err.Error()}
	if field, ok := errors.AsType[*timetable.FieldError](err); ok {
		e.Field = field.Field
	}
	return e
}

// maxErrors is the most errors that an answer lists. It has the number of the others.
const maxErrors = 100

// problems are the errors in the changes of a body.
type problems struct {
	list []lineError // the first maxErrors
	more int         // the number of the others
}

func (p *problems) add(line int, err error) {
	if all, ok := err.(timetable.Errors); ok {
		for _, one := range all {
			p.add(line, one)
		}
		return
	}
	if len(p.list) == maxErrors {
		p.more++
		return
	}
	p.list = append(p.list, wrongAt(line, err))
}

// insert adds an error behind those of the same line and of the lines before, unless its field has one already.
func (p *problems) insert(line int, err error) {
	one := wrongAt(line, err)
	at := 0
	for ; at < len(p.list) && p.list[at].Line <= line; at++ {
		if p.list[at].Line == line && one.Field != "" && p.list[at].Field == one.Field {
			return
		}
	}
	p.list = slices.Insert(p.list, at, one)
	if len(p.list) > maxErrors {
		p.list, p.more = p.list[:maxErrors], p.more+1
	}
}

func (p *problems) reply() reply {
	return reply{status: http.StatusUnprocessableEntity, body: struct {
		Errors []lineError `json:"errors"`
		More   int         `json:"more,omitzero"`
	}{p.list, p.more}}
}

// refuse returns the answer to a body that cannot be parsed, and counts it. It does not count rejections by the log.
func (d *publishHandler) refuse(status int, wrong lineError) reply {
	d.refused()
	return refuse(status, wrong)
}

func refuse(status int, wrong lineError) reply {
	return reply{status: status, body: struct {
		Errors [1]lineError `json:"errors"`
	}{[1]lineError{wrong}}}
}

func (d *publishHandler) tooMany(wait time.Duration) reply {
	reason := fmt.Sprintf("more than %v changes a second", d.rates.perSecond)
	answer := refuse(http.StatusTooManyRequests, lineError{Error: reason})
	answer.wait = wait
	return answer
}
