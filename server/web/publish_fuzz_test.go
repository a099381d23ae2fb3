package web_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/server/web"
	"flightboard/timetable"
)

// For any body, a piece of it any number of times: the answer is JSON of a bounded size with one
// of the statuses that are promised. Either the board changes as the body says, or the answer says what is wrong
// and the board is as it was. The same body with the same key changes nothing. And it takes memory, which stands for
// time, in proportion to the body.
func FuzzPublishHandler(f *testing.F) {
	for _, c := range [][3]string{
		{`{"flight":"LH400","origin":"Frankfurt"}`, "", ""},
		{"{\"flight\":\"BA2\"}\n", "", "{\"event\":\"flightRemoval\",\"data\":{\"flight\":\"BA2\"}}\n"},
		{`[{"flight":"BA2"}`, `,{"event":"flightSnapshot","data":[{"flight":"A1"}]}`, `]`},
		{`{"event":"flightStateUpdate","data":{"flight":"LH1","codeshares":["A"`, `,"B"`, `]}}`},
		{`[{"flight":"LH1","codeshares":["A"`, `,"B"`, `]}]`},
		{`[{"flight":"LH1","overridden":["gate"`, `,"gate"`, `]}]`},
		{`{"flight":"LH1","remark":"`, "<", `"}`},
		{`{"flight":"\ud800`, `\udc00`, `"}`},
		{`{"flight":"LH1","arrival":"2026-11-20T18:00:00.`, `0`, `Z"}`},
		{"", "{}\n", ""},
		{"", "7\n", ""},
		{"", "{\"flight\":\"LH1\",\"sate\":\"\"}\n", ""},
		{"", "{\"flight\":\"LH1\",\"gate\":\"7\",\"stamp\":\"2026-11-20T18:00:00Z\"}\n", ""},
		{"", "{\"event\":\"flightRemoval\",\"data\":{\"flight\":\"X\"}}\n", ""},
		{`[{"event":"flightSnapshot","data":[{"flight":"A"}`, `,{}`, `]}]`},
		{`[{"event":"flightSnapshot","data":[{"flight":"A"}`, `,{"flight":"A"}`, `]}]`},
		{`{"a":`, `[`, ""},
	} {
		for _, n := range []uint16{0, 1, 99, 100, 101, 60_000} {
			f.Add([]byte(c[0]), []byte(c[1]), []byte(c[2]), n)
		}
	}
	f.Fuzz(func(t *testing.T, before, piece, after []byte, n uint16) {
		n = min(n, uint16((1<<20)/(len(piece)+20)))
		checkDoor(t, slices.Concat(before, bytes.Repeat(piece, int(n)), after))
	})
}

func checkDoor(t *testing.T, body []byte) {
	log := eventlog.New(eventlog.Options{})
	logtest.Append(t, log, logtest.Addition(1))
	face := web.New(log, web.Options{OpenDoor: true})
	ask := func() (int, string) {
		r := httptest.NewRequestWithContext(t.Context(), "POST", "http://localhost/flights", bytes.NewReader(body))
		r.RemoteAddr = "127.0.0.1:1"
		r.Header.Set("Idempotency-Key", "k")
		w := httptest.NewRecorder()
		face.ServeHTTP(w, r)
		return w.Code, w.Body.String()
	}
	s := &site{T: t, log: log}
	head, flights := s.head(), logtest.Board(log)
	var earlier, later runtime.MemStats
	runtime.ReadMemStats(&earlier)
	status, text := ask()
	runtime.ReadMemStats(&later)
	// A body that is wrong is read twice.
	if took := later.TotalAlloc - earlier.TotalAlloc; took > 250*uint64(len(body))+2<<20 {
		t.Errorf("%.200q of %d bytes took %d bytes", body, len(body), took)
	}
	var told struct {
		Position   eventlog.Position
		Changes    int
		Understood []struct {
			Line  int
			Event string
			Data  json.RawMessage
		}
		Errors []struct {
			Line  int
			Error string
		}
		More int
	}
	if err := json.Unmarshal([]byte(text), &told); err != nil {
		t.Fatalf("%d %q is no JSON: %v", status, text, err)
	}
	if most := 8*len(body) + 200<<10; len(text) > most {
		t.Errorf("the answer to %d bytes has %d", len(body), len(text))
	}
	at, left := s.head(), logtest.Board(log)
	switch status {
	case http.StatusOK:
		if at != told.Position || int(at-head) > told.Changes || told.Errors != nil ||
			len(told.Understood) != min(told.Changes, 100) {
			t.Errorf("the log went from %v to %v, and the answer is %.2000s", head, at, text)
		}
		for _, one := range told.Understood {
			kind, ok := timetable.KindOf(one.Event)
			var c timetable.Change
			if err := c.Decode(kind, string(one.Data)); !ok || err != nil || c.Validate() != nil {
				t.Errorf("understood %s %s: %v, %v", one.Event, one.Data, err, c.Validate())
			}
		}
		if diff := cmp.Diff(boardAfter(t, flights, string(body)), left); diff != "" {
			t.Errorf("the board (-as the body says +as it is):\n%s", diff)
		}
	case http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity:
		if n := len(told.Errors); n == 0 || n > 100 || told.More > 0 && n < 100 || told.Errors[0].Error == "" {
			t.Errorf("refused with %d errors and %d more: %.2000s", n, told.More, text)
		}
		for _, one := range told.Errors {
			if len(one.Error) > 1500 || one.Line > bytes.Count(body, []byte("\n"))+1 {
				t.Errorf("an error has %d bytes and is on line %d", len(one.Error), one.Line)
			}
		}
		if at != head || !cmp.Equal(flights, left) {
			t.Errorf("refused with %.2000s, and the log went from %v to %v", text, head, at)
		}
	default:
		t.Errorf("answered %d %.2000s", status, text)
	}
	again, _ := ask()
	if again != status && again != http.StatusTooManyRequests || s.head() != at {
		t.Errorf("the same again answered %d after %d and moved the log from %v to %v", again, status, at, s.head())
	}
}

// boardAfter returns the flights of a board after the changes of a body.
func boardAfter(t *testing.T, flights []timetable.Flight, body string) []timetable.Flight {
	t.Helper()
	var board timetable.Board
	board.Apply(&timetable.Change{Kind: timetable.KindReplace, Board: flights})
	batch := board.Batch(time.Now().UnixMicro())
	for entry, err := range timetable.Body(body) {
		r := *entry.Report
		r.Board = slices.Clone(r.Board)
		if err == nil {
			_, err = batch.Merge(&r)
		}
		if err != nil {
			t.Errorf("line %d was accepted: %v", entry.Line, err)
		}
	}
	batch.Commit()
	return board.Snapshot().Board
}

func TestAHundredOfManyErrorsAreListed(t *testing.T) {
	for _, c := range []struct {
		reason, body string
		named, more  int
		last         string
	}{
		{"a hundred", strings.Repeat("{}\n", 100), 100, 0, "flight: missing"},
		{"one more", strings.Repeat("{}\n", 101), 100, 1, "flight: missing"},
		{"a body of them", strings.Repeat("{}\n", 349_000), 100, 348_900, "flight: missing"},
		{"of the board's", strings.Repeat(`{"event":"flightRemoval","data":{"flight":"X"}}`+"\n", 1000), 100, 900,
			`flight "X" is not on the board`},
	} {
		t.Run(c.reason, func(t *testing.T) {
			counted := 0
			face := web.New(eventlog.New(eventlog.Options{}), web.Options{OpenDoor: true, Refused: func() { counted++ }})
			r := httptest.NewRequestWithContext(t.Context(), "POST", "http://localhost/flights", strings.NewReader(c.body))
			r.RemoteAddr = "127.0.0.1:1"
			w := httptest.NewRecorder()
			face.ServeHTTP(w, r)
			var told struct {
				Errors []struct {
					Line  int
					Error string
				}
				More int
			}
			if err := json.Unmarshal(w.Body.Bytes(), &told); err != nil {
				t.Fatal(err)
			}
			if len(told.Errors) != c.named || told.More != c.more || w.Code != http.StatusUnprocessableEntity {
				t.Fatalf("%d, %d errors and %d more, want 422, %d and %d", w.Code, len(told.Errors), told.More, c.named, c.more)
			}
			if last := told.Errors[99]; last.Line != 100 || last.Error != c.last {
				t.Errorf("the last is %+v, want %s on line 100", last, c.last)
			}
			if strings.Contains(w.Body.String(), `"more"`) != (c.more > 0) {
				t.Errorf("more is there for none: %s", w.Body)
			}
			if c.last == "flight: missing" && counted != c.named+c.more {
				t.Errorf("%d lines are counted, want %d", counted, c.named+c.more)
			}
		})
	}
}
