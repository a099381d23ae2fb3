package feed

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/eventstream"
	"flightboard/timetable"
)

// Record writes all published changes to w until ctx is done: NDJSON, one change a line with the time at which it came,
// so that the lines can be published again. It follows the log as viewers do. The first line is the present board, so
// applying all lines results in the board at the end.
//
// It blocks, and writes in the goroutine that calls it. When it returns nil, all records of the log are written.
func Record(ctx context.Context, log *eventlog.Log, w io.Writer) error {
	cursor, err := log.Cursor("", 0)
	if err != nil {
		return fmt.Errorf("feed: record: %w", err)
	}
	var lines []byte
	var data bytes.Buffer
	for {
		wake, last := log.Wake(), ctx.Err() != nil // before reading, so that no wake-up is missed
		next := cursor.Next()
		stamp := time.Now().UTC().Format("2006-01-02T15:04:05.000000Z07:00")
		lines = lines[:0]
		for event, err := range eventstream.Read(bytes.NewReader(next.Bytes)) {
			if err != nil {
				return fmt.Errorf("feed: record: %w", err)
			}
			kind, ok := timetable.KindOf(event.Type)
			if !ok || kind == timetable.KindReplace && bytes.Equal(event.Data, []byte("[]")) {
				continue // an end, or the empty board of a new log
			}
			data.Reset()
			if err := json.Compact(&data, event.Data); err != nil { // a snapshot has one line for each flight
				return fmt.Errorf("feed: record: %w", err)
			}
			lines = fmt.Appendf(lines, `{"stamp":"%s",`, stamp)
			lines = append(timetable.AppendEnvelope(lines, kind.EventType(), data.Bytes()), "}\n"...)
		}
		if _, err := w.Write(lines); err != nil {
			return fmt.Errorf("feed: record: %w", err)
		}
		if next.Ended { // a cursor ends there; after it another one begins with the board
			if !reopened(ctx, log, cursor.Position()) {
				return nil
			}
			cursor, _ = log.Cursor("", 0)
			continue
		}
		if len(next.Bytes) > 0 {
			continue
		}
		if last {
			return nil
		}
		select {
		case <-wake:
		case <-ctx.Done():
		}
	}
}

// reopened waits until a record follows the end at the given position.
func reopened(ctx context.Context, log *eventlog.Log, end eventlog.Position) bool {
	for {
		wake := log.Wake()
		var head eventlog.Position
		log.Read(func(_ *timetable.Board, at eventlog.Position) { head = at })
		if head > end {
			return true
		}
		select {
		case <-wake:
		case <-ctx.Done():
			return false
		}
	}
}
