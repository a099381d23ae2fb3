//go:build js && wasm

package main

import (
	_ "embed"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/hack-pad/safejs"

	"flightboard/timetable"
	"flightboard/timetable/view"
)

//go:embed testdata/dom.js
var domScript string

//go:embed testdata/stage.js
var stageScript string

// A stage is a page whose browser a test controls. It runs in Node, with a document of testdata/dom.js, and in
// browsers, with their own.
type stage struct {
	t  testing.TB
	js safejs.Value
	a  *app
}

// newStage makes a page with these flights and starts the client in it.
func newStage(t testing.TB, stream string, flights ...timetable.Flight) *stage {
	t.Helper()
	return newStageWith(t, stream, nil, flights...)
}

// newStageWith does the same after boot.js has opened the stream, on which before makes events happen.
func newStageWith(t testing.TB, stream string, before func(*stage), flights ...timetable.Flight) *stage {
	t.Helper()
	s := &stage{t: t}
	function, err := safejs.Global().Get("Function")
	s.must(err)
	if document, err := safejs.Global().Get("document"); err != nil || document.IsUndefined() {
		define, err := function.New(domScript)
		s.must(err)
		_, err = define.Invoke()
		s.must(err)
	}
	var b timetable.Board
	b.Apply(&timetable.Change{Kind: timetable.KindReplace, Board: flights})
	var rows, columns []any
	for i := range flights {
		f := &flights[i]
		row := []any{f.Key(), view.Sign(f)}
		for _, c := range view.Columns {
			if view.Shown(&b).Has(c) {
				row = append(row, []any{c.String(), view.Text(f, c)})
			}
		}
		rows = append(rows, row)
	}
	for _, c := range view.Columns {
		columns = append(columns, c.String())
	}
	build, err := function.New("rows", "columns", stageScript)
	s.must(err)
	s.js, err = build.Invoke(rows, columns)
	s.must(err)
	t.Cleanup(s.end)

	c := timetable.Change{Kind: timetable.KindReplace, Board: flights}
	page := map[string]any{
		"rows": s.get(s.js, "rows"), "flights": string(c.AppendJSON(nil)), "stream": stream, "copy": s.get(s.js, "copy"),
		"write": s.get(s.js, "write"), "stars": s.get(s.js, "stars"), "store": map[string]any{"asOf": 0},
	}
	if before != nil {
		preopened := s.call("listen", stream)
		before(s)
		for _, name := range []string{"source", "events", "release"} {
			page[name] = s.get(preopened, name)
		}
	}
	s.must(safejs.Global().Set("flightboard", page))
	from, err := readPage()
	s.must(err)
	s.a, err = newApp(from)
	s.must(err)
	s.must(s.a.connection.Start())
	return s
}

func (s *stage) end() {
	if s.a != nil {
		s.a.close()
		s.a = nil
		s.call("end")
	}
}

func (s *stage) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *stage) get(v safejs.Value, name string) safejs.Value {
	s.t.Helper()
	got, err := v.Get(name)
	s.must(err)
	return got
}

func (s *stage) call(method string, args ...any) safejs.Value {
	s.t.Helper()
	got, err := s.js.Call(method, args...)
	s.must(err)
	return got
}

func (s *stage) string(v safejs.Value) string {
	s.t.Helper()
	text, err := v.String()
	s.must(err)
	return text
}

// source returns the newest EventSource.
func (s *stage) source() safejs.Value {
	s.t.Helper()
	sources := s.get(s.js, "sources")
	n, err := sources.Length()
	s.must(err)
	newest, err := sources.Index(n - 1)
	s.must(err)
	return newest
}

// happen makes the EventSource dispatch an event.
func (s *stage) happen(eventType, data, lastEventID string) {
	s.t.Helper()
	_, err := s.source().Call("happen", eventType, data, lastEventID, 1)
	s.must(err)
}

// fail makes the EventSource fail, for good or not.
func (s *stage) fail(readyState int) {
	s.t.Helper()
	_, err := s.source().Call("happen", "error", safejs.Undefined(), safejs.Undefined(), readyState)
	s.must(err)
}

// open opens the connection and gives it a snapshot.
func (s *stage) open(snapshot string) {
	s.t.Helper()
	s.happen("open", "", "")
	s.happen("flightSnapshot", snapshot, "100")
	s.frame()
}

// Frames come only when a test calls frame. Between two of them nothing is drawn, unless the reader asks for it.
func init() { frameTime = time.Hour }

func (s *stage) frame() { s.t.Helper(); s.call("frame") }

func (s *stage) frames() int {
	s.t.Helper()
	n, err := s.get(s.js, "frames").Length()
	s.must(err)
	return n
}

func (s *stage) click(selector string) {
	s.t.Helper()
	element, err := s.get(safejs.Global(), "document").Call("querySelector", selector)
	s.must(err)
	_, err = element.Call("click")
	s.must(err)
}

func (s *stage) fire(target, eventType string) {
	s.t.Helper()
	on := safejs.Global()
	if target != "window" {
		on = s.get(on, target)
	}
	s.call("fire", on, eventType)
}

type shownTable struct {
	Head []string
	Rows []shownRow
}

type shownRow struct {
	Key, Sign string
	Born      int // rows are numbered in the order in which the test saw them first
	Cells     []string
	Changed   []string
}

func (s *stage) table() (t shownTable) {
	s.t.Helper()
	s.must(json.Unmarshal([]byte(s.string(s.call("table"))), &t))
	return t
}

func (s *stage) wantStatus(state, words string) {
	s.t.Helper()
	if got := s.string(s.call("get", "#status", "data-status")); got != state {
		s.t.Errorf("data-status is %q, want %q", got, state)
	}
	if got := s.string(s.call("text", "#status")); !strings.HasPrefix(got, words) {
		s.t.Errorf("the status line shows %q, want %q", got, words)
	}
}

func (s *stage) wantURL(want string) {
	s.t.Helper()
	if got := s.string(s.get(s.source(), "url")); got != want {
		s.t.Errorf("the stream's address is %q, want %q", got, want)
	}
}

// wantErrors wants the console to have got these errors, and forgets them.
func (s *stage) wantErrors(want ...string) {
	s.t.Helper()
	errors := s.get(s.js, "errors")
	n, err := errors.Length()
	s.must(err)
	if n != len(want) {
		s.t.Errorf("the console has %d errors, want %d: %s", n, len(want), s.string(s.must1(errors.Call("join", "\n"))))
		return
	}
	for i, w := range want {
		if got := s.string(s.must1(errors.Index(i))); !strings.Contains(got, w) {
			s.t.Errorf("the console has %q, want %q", got, w)
		}
	}
	s.must(errors.Set("length", 0))
}

func (s *stage) must1(v safejs.Value, err error) safejs.Value {
	s.t.Helper()
	s.must(err)
	return v
}
