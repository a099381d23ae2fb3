package web

import (
	"context"
	"errors"
	"math"
	"net/http"
	"strings"
	"unicode/utf8"

	"flightboard/timetable"
)

// check returns the number of changes in a body, or an answer with all its errors, also those that only the board can
// tell. It does not store the changes, so a rejected body needs little more memory than its text.
func (d *publishHandler) check(ctx context.Context, body string) (n int, refusal *reply) {
	if list := strings.HasPrefix(strings.TrimLeft(body, " \t\r\n"), "["); !list {
		number := 0
		for line := range strings.SplitSeq(body, "\n") {
			if number++; len(line) > maxLine {
				long := lineError{Line: number, Error: "the line is longer than 64 KiB"}
				return 0, new(d.refuse(http.StatusRequestEntityTooLarge, long))
			}
		}
	}
	var wrong problems
	garbled := make(map[int]bool) // lines
	if !utf8.ValidString(body) {
		number := 0
		for line := range strings.SplitSeq(body, "\n") {
			if number++; !utf8.ValidString(line) {
				garbled[number] = true
				wrong.add(number, errNotUTF8)
				d.refused()
			}
		}
	}
	for entry, err := range timetable.Body(body) {
		if err == nil {
			err = entry.Report.Validate()
		}
		if err == nil && entry.Report.SetsDated() {
			err = errDated
		}
		if n++; err != nil && !garbled[entry.Line] {
			wrong.add(entry.Line, err)
			d.refused()
		}
	}
	if len(wrong.list) > 0 {
		d.checkMerge(ctx, body, &wrong)
		return 0, new(wrong.reply())
	}
	if n == 0 {
		empty := lineError{Line: 1, Error: "the body holds no change"}
		return 0, new(d.refuse(http.StatusUnprocessableEntity, empty))
	}
	return n, nil
}

var errDated = &timetable.FieldError{Field: "dated",
	Err: errors.New("dated: the server sets it; a time with a date is sent as in 2026-11-20T18:05:00+01:00")}

// checkMerge adds the errors that merging a body with the board would find, so that the publisher gets them together
// with those of the lines that are wrong in themselves. Of such a line only the flight's identity and the stamp are
// merged. The changes of a line may depend on one that cannot be read, so the errors of flights that are not on the
// board do not count then.
func (d *publishHandler) checkMerge(ctx context.Context, body string, wrong *problems) {
	var reports []timetable.Report
	var lines []int
	var whole []bool
	unreadable := false
	last := math.MaxInt
	if len(wrong.list) == maxErrors { // errors of later lines would not be listed
		last = wrong.list[maxErrors-1].Line
	}
	for entry, err := range timetable.Body(body) {
		if entry.Line > last {
			break
		}
		r := *entry.Report
		if err == nil {
			err = r.Validate()
		}
		entry.Report.Board = nil
		sound := err == nil
		if !sound && r.Kind == timetable.KindReplace {
			unreadable = true
			continue
		}
		if !sound {
			f := timetable.Flight{Number: r.Flight.Number, ID: r.Flight.ID}
			r = timetable.Report{Change: timetable.Change{Kind: r.Kind, Flight: f}, Stamp: r.Stamp}
			if r.Validate() != nil {
				unreadable = true
				continue
			}
		}
		reports, lines, whole = append(reports, r), append(lines, entry.Line), append(whole, sound)
	}
	refused, err := d.log.Check(ctx, reports...)
	if err != nil {
		return // the errors that were found stand
	}
	for _, one := range refused {
		if _, unknown := errors.AsType[*timetable.UnknownFlightError](one.Err); unknown && unreadable {
			continue
		}
		if wrong.insert(lines[one.Index], one.Err); whole[one.Index] { // or it has been counted
			d.refused()
		}
	}
}
