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

// Record writes everything that is published to w until ctx is done: NDJSON, one change a line with the time at which it
// came, so that what it writes can be published again. It is a follower of the log like every viewer; it begins with the
// board as it is, and what it says in the end is the board as it is then.
//
// It blocks, and writes in the goroutine that calls it. When it returns, all that was in the log is written.
func Record(ctx context.Context, log *eventlog.Log, w io.Writer) error {
	cursor, err := log.Cursor("", 0)
	if err != nil {
		return fmt.Errorf("feed: record: %w", err)
	}
	var line bytes.Buffer
	for {
		wake, last := log.Wake(), ctx.Err() != nil // before reading, so that nothing is slept through
		next := cursor.Next()
		stamp := time.Now().UTC().Format("2006-01-02T15:04:05.000000Z07:00")
		line.Reset()
		for event, err := range eventstream.Read(bytes.NewReader(next.Bytes)) {
			if err != nil {
				return fmt.Errorf("feed: record: %w", err)
			}
			kind, ok := timetable.KindOf(event.Type)
			if !ok || kind == timetable.Replace && bytes.Equal(event.Data, []byte("[]")) {
				continue // an end, or a board on which nothing has come yet
			}
			fmt.Fprintf(&line, `{"stamp":"%s","event":"%s","data":`, stamp, kind.EventType())
			if err := json.Compact(&line, event.Data); err != nil {
				return fmt.Errorf("feed: record: %w", err)
			}
			line.WriteString("}\n")
		}
		if _, err := w.Write(line.Bytes()); err != nil {
			return fmt.Errorf("feed: record: %w", err)
		}
		if next.Ended { // a cursor goes no further; what comes after an end begins with the board
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

// reopened waits until something follows the end that is at a position.
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
