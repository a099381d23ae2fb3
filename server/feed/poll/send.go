package poll

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/feed"
	"flightboard/server/feed/source"
	"flightboard/timetable"
)

// maxBatch is the most reports of one publish.
const maxBatch = 512

// send publishes reports without those that the board rejects. It publishes the whole row in place of an update of a
// flight that the board has no longer.
func (l *legs) send(ctx context.Context, log feed.Log, items []item) error {
	for len(items) > 0 {
		n := min(len(items), maxBatch)
		batch := items[:n]
		for items = items[n:]; len(batch) > 0; {
			reports := make([]timetable.Report, len(batch))
			for i := range batch {
				reports[i] = batch[i].Report
			}
			outcomes, _, err := log.Publish(ctx, reports...)
			refused, ok := errors.AsType[*eventlog.RefusedError](err)
			if !ok && err != nil {
				return err
			}
			if !ok {
				for i := range batch {
					batch[i].published(outcomes[i].Idle)
				}
				break
			}
			batch = l.refuse(batch, refused.Changes)
		}
	}
	return nil
}

// refuse returns the reports that are to be published instead of those of which the board has rejected some.
func (l *legs) refuse(batch []item, refused []eventlog.Refusal) (again []item) {
	for i, one := range batch {
		if len(refused) == 0 || refused[0].Index != i {
			again = append(again, one)
			continue
		}
		switch {
		case one.row == nil: // somebody else has removed it
			one.published(false)
		case one.Kind == timetable.KindUpdate:
			one.onBoard, one.left = false, true
			if l.isOver(one.leg, one.row, time.Now()) {
				one.leg.row = one.row
				break
			}
			again = append(again, one.whole(one.row, time.UnixMicro(one.Stamp)))
		default: // it is tried again with the next answer
			l.reject(one.row.place, refused[0].Err)
			one.put, one.left, one.onBoard = false, false, false
		}
		refused = refused[1:]
	}
	return again
}

// published notes that the report was published, or that it is idle: the board has what it says, or keeps the flight
// away.
func (i *item) published(idle bool) {
	g := i.leg
	g.stamp = max(g.stamp, i.Stamp)
	if i.row == nil {
		g.put, g.left, g.onBoard = false, false, false
		return
	}
	g.row, g.adopted, g.put = i.row, false, true
	g.left = idle && !g.onBoard
	g.onBoard = !g.left
	if i.Named.Has(timetable.FieldState) { // without a Board nobody else alters it, as far as is known
		g.state = i.row.flight.State
	}
}

// reject counts and logs a row that is left out.
func (l *legs) reject(place string, err error) {
	l.rejected++
	l.note(source.Complaint{Place: place, Err: err, Row: true})
}

// particular matches the parts that differ between errors of the same kind.
var particular = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|\S*\d\S*`)

func (l *legs) complain(place string, err error) { l.note(source.Complaint{Place: place, Err: err}) }

// note keeps the first reasons of an answer, and logs the first of each kind.
func (l *legs) note(c source.Complaint) {
	if l.options.Complain != nil {
		l.options.Complain(c)
	}
	reason, err := c.Err.Error(), c.Err
	if c.Place != "" {
		reason = c.Place + ": " + reason
	}
	if len(l.reasons) < maxReasons {
		l.reasons = append(l.reasons, reason)
	}
	kind := particular.ReplaceAllString(err.Error(), "…")
	if l.logged[kind] || len(l.logged) >= 1000 {
		return
	}
	l.logged[kind] = true
	l.logger.Warn("the source's answer is not as it should be", "reason", reason)
}

// complainAll takes over the complaints of an answer.
func (l *legs) complainAll(a *answer) {
	for _, c := range a.Complaints {
		if c.Row {
			l.rejected++
		}
		l.note(c)
	}
	for word := range a.Unmapped {
		if kind := "word " + word; !l.logged[kind] && len(l.logged) < 1000 {
			l.logged[kind] = true
			l.logger.Info("the source has a word for a state that its table lacks", "word", word)
		}
	}
}

func errFew(present, listed int) error {
	return fmt.Errorf("the answer has %d of %d flights; the others leave if it stays so", present, listed)
}
