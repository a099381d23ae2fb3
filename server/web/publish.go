package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strconv"

	"flightboard/server/eventlog"
	"flightboard/timetable"
)

// maxLine is the longest line of a publisher's body.
const maxLine = 64 << 10

// A publishHandler answers POST /flights and DELETE /flights/{id}. It publishes all changes of a request, or none.
type publishHandler struct {
	log     Publisher
	most    int // bytes of a body
	rates   *rates
	answers *idempotency
	refused func() // is called for each line that fails to parse
	logger  *slog.Logger
	large   chan struct{} // has a token while a large body is processed

	measures *measures
}

// A submission has the reports of a request, and the line of each.
type submission struct {
	reports []timetable.Report
	lines   []int
}

// post answers POST /flights. It reads the whole body before it looks at the Idempotency-Key, so that a publisher's
// second attempt does not wait for a first one that stopped in the middle of the body.
func (d *publishHandler) post(w http.ResponseWriter, r *http.Request, p publisher) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, int64(d.most)))
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		d.measures.answered(http.StatusRequestEntityTooLarge)
		d.refuse(http.StatusRequestEntityTooLarge, lineError{Error: "the body is larger than " + size(d.most)}).send(w)
		return
	}
	if err != nil { // the body is incomplete
		d.measures.answered(http.StatusBadRequest)
		refuse(http.StatusBadRequest, lineError{Error: "the body broke off: " + err.Error()}).send(w)
		return
	}
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	d.answers.answer(w, r, p, body, d.counted(r, p, func() reply {
		if len(body) > maxLine { // one after the other, because the changes take thirty times the body's memory
			d.large <- struct{}{}
			defer func() { <-d.large }()
		}
		text, err := unmarked(body)
		if err != nil {
			return d.refuse(http.StatusUnprocessableEntity, lineError{Error: err.Error()})
		}
		n, wrong := d.check(r.Context(), text)
		if wrong != nil {
			return *wrong
		}
		if wait := d.rates.take(p, n); wait > 0 {
			return d.tooMany(wait)
		}
		return d.publish(r, p, read(text, n))
	}))
}

// remove answers DELETE /flights/{id}.
func (d *publishHandler) remove(w http.ResponseWriter, r *http.Request, p publisher) {
	d.answers.answer(w, r, p, nil, d.counted(r, p, func() reply {
		removal := timetable.Report{Change: timetable.Change{Kind: timetable.KindRemove,
			Flight: timetable.Flight{Number: timetable.Identity(r.PathValue("id"))}}}
		if err := removal.Validate(); err != nil {
			return d.refuse(http.StatusUnprocessableEntity, wrongAt(0, err))
		}
		if wait := d.rates.take(p, 1); wait > 0 {
			return d.tooMany(wait)
		}
		answer := d.publish(r, p, submission{[]timetable.Report{removal}, []int{0}})
		switch {
		case answer.status != http.StatusUnprocessableEntity:
		case answer.shared:
			answer.status = http.StatusConflict
		default:
			answer.status = http.StatusNotFound // the change is valid, so the flight is unknown
		}
		return answer
	}))
}

// counted returns a function that calls do, and counts and logs its reply.
func (d *publishHandler) counted(r *http.Request, p publisher, do func() reply) func() reply {
	return func() reply {
		answer := do()
		d.measures.answered(answer.status)
		d.measures.publishers.Add(p.name)
		d.logger.Info("publisher is answered", "publisher", p.name, "status", answer.status, "request", requestID(r))
		return answer
	}
}

// read returns the n reports of a body that check has accepted.
func read(body string, n int) submission {
	s := submission{make([]timetable.Report, 0, n), make([]int, 0, n)}
	for entry := range timetable.Body(body) {
		s.reports, s.lines = append(s.reports, *entry.Report), append(s.lines, entry.Line)
		entry.Report.Board = nil // it belongs to the submission now
	}
	return s
}

// publish publishes a submission and answers with the changes that result.
func (d *publishHandler) publish(r *http.Request, p publisher, s submission) reply {
	if p.named {
		for i := range s.reports {
			s.reports[i].Publisher = p.name
		}
	}
	outcomes, at, err := d.log.Publish(r.Context(), s.reports...)
	if refused, ok := errors.AsType[*eventlog.RefusedError](err); ok {
		var wrong problems
		shared := false
		for _, one := range refused.Changes {
			wrong.add(s.lines[one.Index], one.Err)
			_, shared = errors.AsType[*timetable.SharedNumberError](one.Err)
		}
		answer := wrong.reply()
		answer.shared = shared
		return answer
	}
	if err != nil {
		d.logger.Error("cannot publish", "error", err, "publisher", p.name, "request", requestID(r))
		return refuse(http.StatusServiceUnavailable, lineError{Error: withoutPaths(err).Error()})
	}
	return understood(at, outcomes, s.lines)
}

// maxUnderstood is the most changes that an answer repeats. It keeps answers to large bodies small.
const maxUnderstood = 100

// understood returns the answer with the outcomes of the reports, from which the publisher can see how the server
// understood them.
func understood(at eventlog.Position, outcomes []timetable.Outcome, lines []int) reply {
	body := struct {
		Position   eventlog.Position `json:"position"`
		Changes    int               `json:"changes"`
		Understood []json.RawMessage `json:"understood"`    // the first of them
		Idle       int               `json:"idle,omitzero"` // number that are older than the board, or repeat it
	}{Position: at, Changes: len(outcomes)}
	for i := range outcomes {
		if outcomes[i].Idle {
			body.Idle++
		}
	}
	for i := range outcomes[:min(len(outcomes), maxUnderstood)] {
		body.Understood = append(body.Understood, understoodChange(lines[i], &outcomes[i]))
	}
	return reply{status: http.StatusOK, body: body}
}

// understoodChange returns the envelope of a change, with the line of its report if it has one.
func understoodChange(line int, o *timetable.Outcome) []byte {
	dst := []byte{'{'}
	if line != 0 {
		dst = append(strconv.AppendInt(append(dst, `"line":`...), int64(line), 10), ',')
	}
	dst = timetable.AppendEnvelope(dst, o.Change.Kind.EventType(), o.Change.AppendJSON(nil))
	if o.Idle {
		dst = append(dst, `,"idle":true`...)
	}
	return append(dst, '}')
}

// size returns a number of bytes for people.
func size(bytes int) string {
	if bytes%(1<<20) == 0 {
		return strconv.Itoa(bytes>>20) + " MiB"
	}
	return strconv.Itoa(bytes>>10) + " KiB"
}
