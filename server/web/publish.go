package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"flightboard/server/eventlog"
	"flightboard/timetable"
)

// Limits of what a publisher may send at once.
const (
	maxBody = 1 << 20
	maxLine = 64 << 10
)

// door answers POST /flights and DELETE /flights/{id}. Each request is taken as a whole or leaves nothing behind.
type door struct {
	log     Publisher
	rate    *rate
	once    *once
	refused func() // hears of each line that is no change
	logger  *slog.Logger
}

// A report is what a request says: changes, and the line of each.
type report struct {
	changes []timetable.Change
	lines   []int
}

// post answers POST /flights. The body is there before its key has its turn: a publisher who hangs in the middle of it
// keeps nobody waiting, its own second attempt least of all.
func (d *door) post(w http.ResponseWriter, r *http.Request, p publisher) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		d.refuse(http.StatusRequestEntityTooLarge, lineError{Error: "the body is larger than 1 MiB"}).send(w)
		return
	}
	if err != nil { // the publisher was cut off: what came may be half of what was meant
		refuse(http.StatusBadRequest, lineError{Error: "the body broke off: " + err.Error()}).send(w)
		return
	}
	d.once.answer(w, r, p, body, func() reply {
		said, wrong := d.read(string(body))
		if wrong != nil {
			return *wrong
		}
		return d.publish(r, said)
	})
}

// remove answers DELETE /flights/{id}.
func (d *door) remove(w http.ResponseWriter, r *http.Request, p publisher) {
	d.once.answer(w, r, p, nil, func() reply {
		c := timetable.Change{Kind: timetable.Remove, Flight: timetable.Flight{Number: r.PathValue("id")}}
		if err := c.Validate(); err != nil {
			return d.refuse(http.StatusUnprocessableEntity, wrongAt(0, err))
		}
		answer := d.publish(r, report{changes: []timetable.Change{c}, lines: []int{0}})
		if answer.status == http.StatusUnprocessableEntity {
			answer.status = http.StatusNotFound // the change itself is right, so there is no such flight
		}
		return answer
	})
}

// read splits a body into changes. All that is wrong with it is told at once.
func (d *door) read(body string) (said report, refusal *reply) {
	if list := strings.HasPrefix(strings.TrimLeft(body, " \t\r\n"), "["); !list {
		number := 0
		for line := range strings.SplitSeq(body, "\n") {
			if number++; len(line) > maxLine {
				return said, new(d.refuse(http.StatusRequestEntityTooLarge, lineError{Line: number, Error: "the line is longer than 64 KiB"}))
			}
		}
	}
	var wrong []lineError
	for entry, err := range timetable.Body(body) {
		if err != nil {
			wrong = append(wrong, wrongAt(entry.Line, err))
			continue
		}
		change := *entry.Change
		change.Board = slices.Clone(change.Board)
		said.changes, said.lines = append(said.changes, change), append(said.lines, entry.Line)
	}
	if len(wrong) == 0 && len(said.changes) == 0 {
		wrong = append(wrong, lineError{Line: 1, Error: "the body holds no change"})
	}
	if len(wrong) > 0 {
		return said, new(d.refuse(http.StatusUnprocessableEntity, wrong...))
	}
	return said, nil
}

// publish appends what was said and answers what was understood.
func (d *door) publish(r *http.Request, said report) reply {
	if wait := d.rate.take(len(said.changes)); wait > 0 {
		answer := refuse(http.StatusTooManyRequests, lineError{Error: fmt.Sprintf("more than %v changes a second", d.rate.perSecond)})
		answer.wait = wait
		return answer
	}
	at, err := d.log.Append(r.Context(), said.changes...)
	if refused, ok := errors.AsType[*eventlog.RefusedError](err); ok {
		var wrong []lineError
		for _, one := range refused.Changes {
			wrong = append(wrong, wrongAt(said.lines[one.Index], one.Err))
		}
		return refuse(http.StatusUnprocessableEntity, wrong...)
	}
	if err != nil {
		d.logger.Error("cannot publish", "error", err)
		return refuse(http.StatusServiceUnavailable, lineError{Error: err.Error()})
	}
	return understood(at, said)
}

// maxUnderstood is how many changes an answer repeats. It keeps answers to large bodies small.
const maxUnderstood = 100

// understood tells the publisher what the board was told: an answer that repeats "gate" as "belt" would be noticed.
func understood(at eventlog.Position, said report) reply {
	type change struct {
		Line  int             `json:"line,omitzero"`
		Event string          `json:"event"`
		Data  json.RawMessage `json:"data"`
		Idle  bool            `json:"idle,omitzero"`
	}
	body := struct {
		Position   eventlog.Position `json:"position"`
		Changes    int               `json:"changes"`
		Understood []change          `json:"understood"`    // the first of them
		Idle       int               `json:"idle,omitzero"` // how many were late, or said what the board says
	}{Position: at, Changes: len(said.changes)}
	for i := range said.changes {
		if said.changes[i].Kind == timetable.Idle {
			body.Idle++
		}
	}
	for i := range min(len(said.changes), maxUnderstood) {
		c := &said.changes[i]
		kind, idle := c.Kind, c.Kind == timetable.Idle
		if idle {
			kind = timetable.Update
		}
		body.Understood = append(body.Understood, change{said.lines[i], kind.EventType(), c.AppendJSON(nil), idle})
	}
	return reply{status: http.StatusOK, body: body}
}

// A lineError is one thing that is wrong with a body.
type lineError struct {
	Line  int    `json:"line,omitzero"`  // from 1; absent when the body as a whole is meant
	Field string `json:"field,omitzero"` // absent when no field is to blame
	Error string `json:"error"`
}

// fieldOf finds the field in what package timetable says is wrong.
var fieldOf = regexp.MustCompile(`^(?:flight \d+ of the snapshot: )?(?:([a-zA-Z]+): |unknown field "([^"]+)")`)

func wrongAt(line int, err error) lineError {
	e := lineError{Line: line, Error: err.Error()}
	if m := fieldOf.FindStringSubmatch(e.Error); m != nil {
		e.Field = m[1] + m[2]
	}
	return e
}

// refuse answers what did not even become changes. What the log refuses is not counted here.
func (d *door) refuse(status int, wrong ...lineError) reply {
	for range wrong {
		d.refused()
	}
	return refuse(status, wrong...)
}

func refuse(status int, errors ...lineError) reply {
	return reply{status: status, body: struct {
		Errors []lineError `json:"errors"`
	}{errors}}
}
