package feed

import (
	"context"
	"fmt"
	"testing"
	"unsafe"

	"flightboard/server/eventlog"
	"flightboard/timetable"
)

// A displaced log refuses every other change, and counts the changes that come to it for the first time and no longer
// lie where they were read to: work that grows with the square of the lines, if each refusal moves all lines behind it.
type displaced struct {
	first   *timetable.Report // of the lines
	seen    int               // changes that came so far
	moved   int
	appends int
}

func (d *displaced) Publish(_ context.Context, changes ...timetable.Report) ([]timetable.Outcome, eventlog.Position,
	error) {
	d.appends++
	var refused []eventlog.Refusal
	for i := range changes {
		var n int
		fmt.Sscanf(changes[i].Flight.Number, "A%d", &n)
		if n >= d.seen {
			d.seen = n + 1
			home := uintptr(unsafe.Pointer(d.first)) + uintptr(n)*unsafe.Sizeof(changes[i])
			if uintptr(unsafe.Pointer(&changes[i])) != home {
				d.moved++
			}
		}
		if n%2 == 1 {
			refused = append(refused, eventlog.Refusal{Index: i, Err: fmt.Errorf("no")})
		}
	}
	if refused != nil {
		return nil, 0, &eventlog.RefusedError{Changes: refused}
	}
	return nil, 1, nil
}

func (d *displaced) End(context.Context) (eventlog.Position, error) { return 1, nil }

func TestARejectedLineDoesNotMoveTheLinesBehindIt(t *testing.T) {
	const batches = 8
	refused := 0
	l := newLines("test", LineOptions{Refused: func() { refused++ }})
	for n := range batches * maxBatch {
		l.read(n+1, fmt.Sprintf(`{"flight":"A%d"}`, n))
	}
	log := &displaced{first: &l.reports[0]}
	if err := l.publish(t.Context(), log); err != nil {
		t.Fatal(err)
	}
	if log.seen != batches*maxBatch || log.moved != 0 || log.appends != 2*batches || refused != batches*maxBatch/2 {
		t.Errorf("of %d changes %d were moved before their turn and %d refused, in %d appends, want 0 and %d in %d",
			log.seen, log.moved, refused, log.appends, batches*maxBatch/2, 2*batches)
	}
}
