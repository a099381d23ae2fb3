package web

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"flightboard/timetable"
)

// A lineError is one thing that is wrong with a body.
type lineError struct {
	Line  int    `json:"line,omitzero"`  // from 1; absent when the body as a whole is meant
	Field string `json:"field,omitzero"` // absent when no field is to blame
	Error string `json:"error"`
}

func wrongAt(line int, err error) lineError {
	e := lineError{Line: line, Error: err.Error()}
	if field, ok := errors.AsType[*timetable.FieldError](err); ok {
		e.Field = field.Field
	}
	return e
}

// maxErrors is how many errors an answer names. The others it counts.
const maxErrors = 100

// problems are what is wrong with the changes of a body.
type problems struct {
	list []lineError // the first of them
	more int         // those after them
}

func (p *problems) add(line int, err error) {
	if len(p.list) == maxErrors {
		p.more++
		return
	}
	p.list = append(p.list, wrongAt(line, err))
}

func (p *problems) reply() reply {
	return reply{status: http.StatusUnprocessableEntity, body: struct {
		Errors []lineError `json:"errors"`
		More   int         `json:"more,omitzero"`
	}{p.list, p.more}}
}

// refuse answers what did not even become changes. What the log refuses is not counted here.
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
	reason := fmt.Sprintf("more than %v changes a second", d.rate.perSecond)
	answer := refuse(http.StatusTooManyRequests, lineError{Error: reason})
	answer.wait = wait
	return answer
}
