package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"flag"
	"io"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/eventstream"
	"flightboard/server/feed"
	"flightboard/timetable"
)

var update = flag.Bool("update", false, "write the recorded day anew")

// TestTheDayIsTheRecording replays the day as the server does, by a clock that does not wait, and compares the events
// that viewers get with the file.
func TestTheDayIsTheRecording(t *testing.T) {
	want := replayDay(t)
	const name = "testdata/jfk_2023-12-20.ndjson.gz"
	if *update {
		var file bytes.Buffer
		z, _ := gzip.NewWriterLevel(&file, gzip.BestCompression)
		z.Write(want)
		z.Close()
		if err := os.WriteFile(name, file.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	z, err := gzip.NewReader(bytes.NewReader(dayFile))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(z); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s has %d bytes (%v), and the replay makes %d; go test -run Recording -update writes it anew",
			name, len(got), err, len(want))
	}
}

// replayDay returns what the server's log has at the end of the day, as the lines of dayFile.
func replayDay(t *testing.T) (lines []byte) {
	synctest.Test(t, func(t *testing.T) {
		replay, err := feed.NewReplay(feed.ReplayOptions{At: "00:00", Speed: 60})
		if err != nil {
			t.Fatal(err)
		}
		log := eventlog.New(eventlog.Options{})
		cursor, _ := log.Cursor("", 0)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- replay.Run(ctx, log) }()
		synctest.Wait()
		events := bytes.Clone(cursor.Next().Bytes) // the board at midnight
		time.Sleep(24 * time.Minute)
		cancel()
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		for next := cursor.Next(); next.Events > 0; next = cursor.Next() {
			events = append(events, next.Bytes...)
		}
		for e, err := range eventstream.Read(bytes.NewReader(events)) {
			if err != nil {
				t.Fatal(err)
			}
			data := bytes.ReplaceAll(e.Data, []byte("\n"), nil)
			lines = append(timetable.AppendEnvelope(append(lines, '{'), e.Type, data), "}\n"...)
		}
	})
	return lines
}

// TestTheDayBuildsItsBoard: all changes of the day can be applied one after the other, and each is found by its data.
func TestTheDayBuildsItsBoard(t *testing.T) {
	d, err := recordedDay()
	if err != nil {
		t.Fatal(err)
	}
	if len(d.changes) < 1000 {
		t.Errorf("the day has %d changes, want more than 1000", len(d.changes))
	}
	log := eventlog.New(eventlog.Options{})
	if _, err := log.Append(t.Context(), d.seed()...); err != nil {
		t.Fatal(err)
	}
	start := logHead(log)
	for n := range d.changes {
		c := d.update(n)
		if _, err := log.Append(t.Context(), c); err != nil {
			t.Fatalf("change %d: %v", n, err)
		}
		if found, ok := d.locate(c.Kind.EventType(), c.AppendJSON(nil)); !ok || found < n {
			t.Errorf("change %d is found as %d, %v", n, found, ok)
		}
	}
	if got := int(logHead(log) - start); got != len(d.changes) {
		t.Errorf("%d changes take %d positions", len(d.changes), got)
	}
	log.Read(func(b *timetable.Board, _ eventlog.Position) {
		want := d.board(len(d.changes))
		if b.Len() != want.Len() {
			t.Errorf("the board has %d flights, want %d", want.Len(), b.Len())
		}
	})
}

func logHead(log *eventlog.Log) (at eventlog.Position) {
	log.Read(func(_ *timetable.Board, p eventlog.Position) { at = p })
	return at
}
