package eventlog

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"flightboard/server/eventstream"
	"flightboard/timetable"
)

// Update calls merge, under the log's lock, with a batch on top of the board that results from all earlier appends. It
// appends the changes of the batch, all of them or, if merge returns an error, none. merge must not block or call the
// log. The log copies the texts of the reports.
//
// Update blocks until the log has the records, as durably as it was opened for, and returns the position of the last
// one. Followers see none of them earlier. If the batch has no changes, the position is that of the newest record.
// Update returns the context's cause if ctx is done when it is called. If the log has a stream, and another log has
// appended to it, Update calls merge again, with the newer board, and returns the cause also if ctx is done then.
func (l *Log) Update(ctx context.Context, merge func(*timetable.Batch) error) (Position, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.inOrder(ctx, func() (Position, error) { return l.update(ctx, merge) })
}

// update is one attempt of Update.
func (l *Log) update(ctx context.Context, merge func(*timetable.Batch) error) (Position, error) {
	if err := context.Cause(ctx); err != nil {
		return 0, err
	}
	batch := l.batch()
	if err := merge(batch); err != nil {
		return 0, err
	}
	changes := batch.Changes()
	if len(changes) == 0 && len(batch.Overrides()) == 0 {
		batch.Commit() // it alters provenance only
		return l.history.head, nil
	}
	records := make([]record, 0, len(changes))
	for i := range changes {
		records = append(records, record{change: &changes[i].Change, report: changes[i].Report})
	}
	return l.enter(batch, records, newTiming(ctx))
}

// Publish merges the reports and appends the changes that result, all of them or, with a [*RefusedError], none. It
// returns the outcome of each report. It blocks as [Log.Update] does.
func (l *Log) Publish(ctx context.Context, reports ...timetable.Report) (
	outcomes []timetable.Outcome, at Position, err error,
) {
	var stamp int64
	if IsStamped(reports) {
		ctx = WithStamp(ctx, &stamp)
	}
	at, err = l.Update(ctx, func(b *timetable.Batch) (err error) {
		outcomes, err = Merge(b, reports)
		stamp = OldestStamp(reports, outcomes)
		return err
	})
	return outcomes, at, err
}

// Check returns the reports that [Log.Publish] would reject. It publishes nothing.
func (l *Log) Check(ctx context.Context, reports ...timetable.Report) ([]Refusal, error) {
	_, err := l.Update(ctx, func(b *timetable.Batch) error {
		if _, err := Merge(b, reports); err != nil {
			return err
		}
		return errChecked
	})
	return Checked(err)
}

var errChecked = &RefusedError{}

// Checked returns what a check has found: the error of an Update that ends in a [*RefusedError] in any case.
func Checked(err error) ([]Refusal, error) {
	if refused, ok := errors.AsType[*RefusedError](err); ok {
		return refused.Changes, nil
	}
	return nil, err
}

// Append publishes changes without a source and a stamp. See [Log.Publish].
func (l *Log) Append(ctx context.Context, changes ...timetable.Change) (Position, error) {
	reports := make([]timetable.Report, len(changes))
	for i := range changes {
		reports[i].Change = changes[i]
	}
	_, at, err := l.Publish(ctx, reports...)
	return at, err
}

// Merge merges all reports with a batch. Its error is a [*RefusedError] that lists all rejected reports.
func Merge(b *timetable.Batch, reports []timetable.Report) ([]timetable.Outcome, error) {
	outcomes := make([]timetable.Outcome, len(reports))
	var rejected []Refusal
	for i := range reports {
		var err error
		if outcomes[i], err = b.Merge(&reports[i]); err != nil {
			rejected = append(rejected, Refusal{Index: i, Err: err})
		}
	}
	if len(rejected) > 0 {
		return nil, &RefusedError{Changes: rejected}
	}
	return outcomes, nil
}

// End appends the record after which viewers close their connections and do not reconnect. A later Append opens the
// log again.
func (l *Log) End(ctx context.Context) (Position, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.inOrder(ctx, func() (Position, error) {
		if err := context.Cause(ctx); err != nil {
			return 0, err
		}
		return l.enter(l.batch(), []record{{}}, newTiming(ctx))
	})
}

// A group is the records that are written together: those of one append, or of all appends that came while the group
// before it was being written. Publishers that wait for the disk thus share one sync.
type group struct {
	before  *group // is written first; nil: there is none to wait for
	first   Position
	text    []byte // the records, encoded
	records []record
	batch   *timetable.Batch // of all its appends; nil once it is on the board or has failed, and in replicas
	depends bool             // its batch is on top of the one of the group before it
	timing  *Timing          // of all its appends
	done    chan struct{}    // closed when the group is in the log or has failed
	err     error

	superseded bool // another log was first at the stream; the group is neither pending nor writing any more
}

type record struct {
	change *timetable.Change // nil: the log's end
	report int               // the number of its report in the append
	end    int               // where the record ends in the group's text
}

// batch returns a batch on top of the board that results from all earlier appends, also those not yet in the log.
func (l *Log) batch() *timetable.Batch {
	now := time.Now().UnixMicro()
	switch {
	case l.pending != nil:
		return l.pending.batch.Batch(now)
	case l.writing != nil && l.writing.batch != nil:
		return l.writing.batch.Batch(now)
	}
	return l.board.Batch(now)
}

// enter puts the records into the pending group and returns when it is in the log. It is called with mu held, and
// unlocks it while it waits.
func (l *Log) enter(batch *timetable.Batch, records []record, timing *Timing) (Position, error) {
	g, leads := l.pending, l.pending == nil
	if leads {
		g = &group{before: l.writing, first: l.next, batch: batch, done: make(chan struct{})}
		g.depends = l.writing != nil && l.writing.batch != nil
		l.pending = g
	}
	text, before, next := g.text, g.records, l.next
	for _, r := range records {
		g.text = l.encode(g.text, r.change)
		r.end = len(g.text)
		g.records = append(g.records, r)
		l.next++
		most := l.mostRecords()
		if g.frameSize() <= maxFrame && len(g.records) <= most {
			continue
		}
		full := len(g.records) > most
		g.text, g.records, l.next = text, before, next
		switch {
		case !leads && l.stream != nil: // the append alone may fit into the next group
			return 0, ErrBehind
		case !leads:
			return 0, errors.New("eventlog: too much waits to be written")
		}
		l.pending = nil
		err := fmt.Errorf("does not fit with those before it: an append has at most %d bytes", maxFrame)
		if full {
			err = fmt.Errorf("does not fit with those before it: an append has at most %d changes here", most)
		}
		return 0, &RefusedError{Changes: []Refusal{{Index: r.report, Err: err}}}
	}
	g.timing = g.timing.with(timing)
	at := l.next - 1
	if len(records) == 0 {
		at = l.newest()
	}
	if leads {
		l.write(g)
	} else {
		batch.Commit()
		l.mu.Unlock()
		<-g.done
		l.mu.Lock()
	}
	if g.err != nil {
		return 0, g.err
	}
	return at, nil
}

// newest returns the position of the last record, also if it is not in the log yet.
func (l *Log) newest() Position {
	if l.pending != nil && len(l.pending.records) > 0 || l.writing != nil && len(l.writing.records) > 0 {
		return l.next - 1
	}
	return l.history.head
}

func (l *Log) encode(dst []byte, c *timetable.Change) []byte {
	e := eventstream.Event{Type: endType, ID: l.next.String(), Data: []byte{}}
	if c != nil {
		l.scratch = c.AppendJSON(l.scratch[:0])
		e.Type, e.Data = c.Kind.EventType(), l.scratch
	}
	dst, err := e.AppendText(dst)
	if err != nil {
		panic("eventlog: a checked change cannot be encoded: " + err.Error())
	}
	return dst
}

const endType = "closedConnection"

// write is called, with mu held, by the append that began the group. Other appends can join the group until the group
// before it is done.
func (l *Log) write(g *group) {
	if g.before != nil {
		l.mu.Unlock()
		<-g.before.done
		l.mu.Lock()
		if g.depends && g.err == nil {
			g.err = g.before.err // it was merged with the board of the group that failed
		}
		g.before = nil
	}
	if l.pending == g {
		l.pending = nil
	}
	switch {
	case g.err == nil:
		l.writing = g
		g.err = l.persist(g)
		if l.writing == g {
			l.writing = nil
		}
	case !g.superseded:
		l.next = l.afterFailure()
	}
	close(g.done)
}

// persist writes the group to the disk, as durably as the log was opened for, and then publishes it. It is called with
// mu held, and unlocks it meanwhile.
func (l *Log) persist(g *group) (err error) {
	if l.stream != nil {
		l.mu.Unlock()
		l.turn <- struct{}{}
		defer func() { <-l.turn }()
		l.mu.Lock()
	}
	var keep func() error
	var kept func(error)
	if l.keeper != nil {
		keep, kept = l.keeper.Keep(g.batch)
	}
	if keep != nil || l.store != nil {
		compact := func() {}
		if l.store != nil {
			compact = l.store.compaction(l)
		}
		l.mu.Unlock()
		if keep != nil {
			err = keep()
		}
		if err == nil && l.store != nil && len(g.records) > 0 {
			compact()
			err = l.store.write(g)
		}
		l.mu.Lock()
	}
	if err == nil && l.stream != nil {
		err = l.order(g)
	}
	switch {
	case err == nil:
		l.publish(g)
	case !g.superseded:
		l.next = l.afterFailure()
	}
	g.batch = nil
	if kept != nil {
		l.mu.Unlock()
		kept(err)
		l.mu.Lock()
	}
	return err
}

// afterFailure returns the position of the next record when appends have failed.
func (l *Log) afterFailure() Position {
	if l.stream != nil {
		return l.tail + 1
	}
	return max(l.history.head+1, l.born)
}

// mostRecords is the most records of a group.
func (l *Log) mostRecords() int {
	if l.stream != nil {
		return l.stream.Most()
	}
	return math.MaxInt
}

// publish makes the group visible.
func (l *Log) publish(g *group) {
	g.each(l.add)
	if g.batch != nil {
		g.batch.Commit()
	} else {
		g.apply(&l.board)
	}
	if l.pending != nil {
		l.pending.batch.Rebase()
	}
	if len(g.records) > 0 {
		l.gathering = l.gathering.with(g.timing)
		l.observe(g)
		l.signal()
	}
}

// eventType returns the event type of the record.
func (r record) eventType() string {
	if r.change == nil {
		return endType
	}
	return r.change.Kind.EventType()
}

func (l *Log) add(at Position, text []byte, eventType string) {
	l.history.add(at, eventType, text)
	if eventType == endType {
		l.ends = append(l.ends, at)
	}
	for len(l.ends) > 0 && l.ends[0] < l.history.oldest() {
		l.ends = l.ends[1:]
	}
}
