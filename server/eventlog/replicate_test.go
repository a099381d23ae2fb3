package eventlog_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/server/eventstream"
	"flightboard/timetable"
)

// replicate copies to one log what another one has and it lacks, as a server that follows does.
func replicate(t *testing.T, from, to *eventlog.Log) {
	t.Helper()
	cursor, err := from.Exact(to.Stats().Head.String())
	if err != nil {
		snapshot, at, window := from.Window()
		var board timetable.Change
		if err := board.Decode(timetable.KindReplace, string(logtest.Parse(t, snapshot)[0].Data)); err != nil {
			t.Fatal(err)
		}
		if err := to.Restore(&board, at, records(t, bytes.Join(window, nil))); err != nil {
			t.Fatal(err)
		}
		if cursor, err = from.Exact(at.String()); err != nil {
			t.Fatal(err)
		}
	}
	for next := cursor.Next(); len(next.Bytes) > 0; next = cursor.Next() {
		if err := to.Replicate(records(t, next.Bytes)...); err != nil {
			t.Fatal(err)
		}
	}
}

func records(t *testing.T, stream []byte) (records []eventlog.Record) {
	t.Helper()
	for _, e := range logtest.Parse(t, stream) {
		at, ok := eventlog.ParsePosition(e.ID)
		if !ok {
			t.Fatalf("no position: %q", e.ID)
		}
		records = append(records, eventlog.Record{At: at, Type: e.Type, Data: e.Data})
	}
	return records
}

// everything returns what viewers of a log can get: its snapshot, and what follows each position around its window.
func everything(t *testing.T, log *eventlog.Log, from eventlog.Position) (all []string) {
	t.Helper()
	snapshot, at := log.Snapshot()
	all = append(all, string(snapshot))
	for p := from; p <= at+2; p++ {
		cursor, err := log.Cursor(p.String(), 0)
		if err != nil {
			all = append(all, fmt.Sprintf("%d: %v", p, err))
			continue
		}
		events, ended := logtest.Drain(t, &cursor)
		var text []byte
		for _, e := range events {
			text, _ = eventstream.Event{Type: e.Type, ID: e.ID, Data: e.Data}.AppendText(text)
		}
		all = append(all, fmt.Sprintf("%d: %t %s", p, ended, text))
	}
	return all
}

func TestALogThatReplicatesIsEqual(t *testing.T) {
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 3))
		options := eventlog.Options{History: 64 << 10}
		origin := eventlog.New(options)
		first := origin.Stats().Head
		dir := ""
		if seed%4 == 0 {
			dir = t.TempDir()
		}
		edge := start(t, dir, options)
		for range 60 {
			for range random.IntN(9) {
				n := random.IntN(30)
				switch random.IntN(8) {
				case 0:
					logtest.Append(t, origin, logtest.Addition(n))
					logtest.Append(t, origin, timetable.Change{Kind: timetable.KindRemove, Flight: logtest.Flight(n)})
				case 1:
					if _, err := origin.End(t.Context()); err != nil {
						t.Fatal(err)
					}
				default:
					logtest.Append(t, origin, logtest.Addition(n), logtest.State(n, fmt.Sprint("state ", random.IntN(4))))
				}
			}
			if random.IntN(3) == 0 {
				replicate(t, origin, edge)
			}
			if random.IntN(9) == 0 {
				edge.Close()
				edge = start(t, dir, options)
			}
		}
		replicate(t, origin, edge)
		if dir != "" { // the disk has the same
			edge.Close()
			edge = start(t, dir, options)
		}
		if diff := cmp.Diff(everything(t, origin, first), everything(t, edge, first)); diff != "" {
			t.Fatalf("seed %d: (-origin +edge)\n%s", seed, diff)
		}
		edge.Close()
	}
}

// A log that was restored at an earlier position gives its viewers a snapshot, in every form.
func TestAViewerAheadOfARestoredLogGetsASnapshot(t *testing.T) {
	log := eventlog.New(eventlog.Options{})
	at := logtest.Append(t, log, logtest.Addition(1))
	var cursors []eventlog.Cursor
	for form := range eventlog.Form(eventlog.Forms) {
		cursor, err := log.Cursor(at.String(), form)
		if err != nil || cursor.Fresh() {
			t.Fatal(err)
		}
		cursors = append(cursors, cursor)
	}
	board := timetable.Change{Kind: timetable.KindReplace, Board: []timetable.Flight{logtest.Flight(2)}}
	if err := log.Restore(&board, at-100, nil); err != nil {
		t.Fatal(err)
	}
	for i := range cursors {
		if next := cursors[i].Next(); next.Events != 1 || cursors[i].Position() != at-100 {
			t.Errorf("in form %v it gets %d events and is at %d, want a snapshot at %d", eventlog.Form(i), next.Events,
				cursors[i].Position(), at-100)
		}
	}
}

func TestReplicateRejects(t *testing.T) {
	log := eventlog.New(eventlog.Options{})
	at := logtest.Append(t, log, logtest.Addition(1))
	before := everything(t, log, at-2)
	good := eventlog.Record{At: at + 1, Type: "flightRemoval", Data: []byte(`{"flight":"LH1"}`)}
	for reason, bad := range map[string]eventlog.Record{
		"a position that is taken": {At: at, Type: good.Type, Data: good.Data},
		"a type of its own":        {At: at + 2, Type: "heartbeat", Data: good.Data},
		"data that is no flight":   {At: at + 2, Type: good.Type, Data: []byte(`{`)},
	} {
		if err := log.Replicate(good, bad); err == nil {
			t.Errorf("%s: no error", reason)
		}
		if diff := cmp.Diff(before, everything(t, log, at-2)); diff != "" {
			t.Fatalf("%s: the log has changed\n%s", reason, diff)
		}
	}
}
