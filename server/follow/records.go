package follow

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/eventstream"
	"flightboard/timetable"
)

// maxEvent is the size in bytes of the largest event that a follower reads: a snapshot of a full board.
const maxEvent = 256 << 20

// restore makes the log equal to the origin's, and returns its position.
func (f *Follower) restore(ctx context.Context, w *watchdog) (eventlog.Position, error) {
	answer, err := f.get(ctx, w, "")
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	var board *timetable.Change
	var at eventlog.Position
	var window []eventlog.Record
	for e, err := range events(answer.Body) {
		if err != nil {
			return 0, fmt.Errorf("the origin's window: %w", err)
		}
		record, err := recordOf(e)
		switch {
		case err != nil:
			return 0, fmt.Errorf("the origin's window: %w", err)
		case board == nil:
			at, board = record.At, new(timetable.Change)
			if err := board.Decode(timetable.KindReplace, string(e.Data)); err != nil {
				return 0, fmt.Errorf("the origin's snapshot: %w", err)
			}
		default:
			record.Data = bytes.Clone(record.Data)
			window = append(window, record)
		}
	}
	if board == nil {
		return 0, errors.New("the origin's window is empty")
	}
	if err := f.log.Restore(board, at, window); err != nil {
		return 0, err
	}
	f.Logger.Info("the log is a copy of the origin's", "origin", f.name, "position", at, "flights", len(board.Board),
		"records", len(window))
	return at, nil
}

func events(from io.Reader) iter.Seq2[eventstream.Event, error] {
	r := eventstream.NewReader(from)
	r.MaxEvent = maxEvent
	return r.Events()
}

func recordOf(e eventstream.Event) (eventlog.Record, error) {
	at, ok := eventlog.ParsePosition(e.ID)
	if !ok {
		return eventlog.Record{}, fmt.Errorf("the ID %.40q of an event is not a position", e.ID)
	}
	return eventlog.Record{At: at, Type: e.Type, Data: e.Data}, nil
}

// most is the most records that are appended at once.
const most = 1000

// replicate appends the records of a stream until it ends. Records that have come together are appended together. It
// returns why the stream has ended, never nil.
func (f *Follower) replicate(ctx context.Context, stream io.ReadCloser) error {
	ctx, cancel := context.WithCancelCause(ctx)
	read := make(chan eventlog.Record, most)
	done := make(chan struct{})
	defer func() {
		cancel(nil)
		stream.Close()
		<-done
	}()
	go func() {
		defer close(done)
		defer close(read)
		cancel(f.read(ctx, stream, read))
	}()
	records := make([]eventlog.Record, 0, most)
	for record := range read {
		records = append(records[:0], record)
		for len(records) < most && len(read) > 0 {
			records = append(records, <-read)
		}
		if err := f.log.Replicate(records...); err != nil {
			return err
		}
		f.state.received(len(records))
	}
	return context.Cause(ctx)
}

var errSignedOut = errors.New("it has ended the stream: $FLIGHTBOARD_FOLLOW_TOKEN is no longer valid")

// read sends the records of a stream to a channel, and keeps what out-of-band events tell. Every event with an ID of
// its own is a record: one of a type that this version does not know cannot be appended, and must not be passed over.
func (f *Follower) read(ctx context.Context, stream io.Reader, to chan<- eventlog.Record) error {
	last := ""
	for e, err := range events(stream) {
		if err != nil {
			return err
		}
		f.state.heard(time.Now())
		switch {
		case e.ID != last:
			record, err := recordOf(e)
			if err != nil {
				return err
			}
			last, record.Data = e.ID, bytes.Clone(record.Data)
			select {
			case to <- record:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		case e.Type == "flightBoard":
			f.state.describe(e.Data, time.Now())
		case e.Type == "heartbeat":
			f.state.heartbeat(e.Data)
		case e.Type == "closedConnection":
			return errSignedOut
		}
	}
	return io.ErrUnexpectedEOF
}
