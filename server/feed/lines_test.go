package feed

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"flightboard/server/eventlog"
	"flightboard/timetable"
)

// rows are the flights of the recorder's board, each in a word or two.
func (r *recorder) rows() (rows []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for f := range r.board.Flights() {
		rows = append(rows, strings.TrimSpace(f.Key()+" "+f.State+f.Gate))
	}
	return rows
}

// A diary is a logger's output without times, and a count of refused lines.
type diary struct {
	text    bytes.Buffer
	refused int
}

func (d *diary) options() LineOptions {
	return LineOptions{Refused: func() { d.refused++ }, Logger: slog.New(slog.NewTextHandler(&d.text, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey || a.Key == slog.LevelKey {
				return slog.Attr{}
			}
			return a
		}}))}
}

func (d *diary) lines() []string {
	return strings.Split(strings.TrimSuffix(d.text.String(), "\n"), "\n")
}

func TestPipe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log recorder
		var told diary
		from, to := io.Pipe()
		stop := start(t, NewPipe("tower", from, told.options()), &log)
		write := func(text string) {
			io.WriteString(to, text)
			synctest.Wait()
		}
		want := func(reason string, rows ...string) {
			t.Helper()
			if diff := cmp.Diff(rows, log.rows()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", reason, diff)
			}
		}
		write("\ufeff{\"flight\":\"A1\"}\r\n\n{\"flight\":\"A2\",\"gate\":\"7\"}\n{\"flight\":\"A3\"")
		want("whole lines come at once, half a line waits", "A1", "A2 7")
		if log.largest != 2 {
			t.Errorf("what came together was published by %d, want 2", log.largest)
		}
		write(`,"state":"landed"}` + "\nnonsense\n" + `{"flight":"A9","gaet":"1"}` + "\n" +
			`{"event":"flightRemoval","data":{"flight":"A7"}}` + "\n" + `{"flight":"A4"}` + "\n")
		want("bad lines spoil no others", "A1", "A2 7", "A3 landed", "A4")
		write(strings.Repeat("x", maxLine+1) + "\n" + `{"event":"flightRemoval","data":{"flight":"A4"}}` + "\n" +
			`{"flight":"A5"}`)
		want("nor does one that is too long", "A1", "A2 7", "A3 landed")
		to.Close()
		synctest.Wait()
		want("the last line needs no end", "A1", "A2 7", "A3 landed", "A5")
		if err := stop(); err != nil {
			t.Errorf("Run = %v", err)
		}
		if diff := cmp.Diff([]string{
			`msg="line left out" feed=tower line=5 reason="want {, at byte 1" alike=1`,
			`msg="line left out" feed=tower line=6 reason="unknown field \"gaet\", at byte 23" alike=1`,
			`msg="line left out" feed=tower line=7 reason="flight \"A7\" is not on the board" alike=1`,
			`msg="line left out" feed=tower line=9 reason="the line is longer than 64 KiB" alike=1`,
		}, told.lines()); diff != "" {
			t.Errorf("what was told (-want +got):\n%s", diff)
		}
		if told.refused != 4 {
			t.Errorf("%d lines were counted as refused, want 4", told.refused)
		}
		for _, e := range log.take() {
			if e.end {
				t.Error("a pipe that ends ended the feed: a program that has died looks the same")
			}
		}
	})
}

// A pipe without a writer can be stopped, and its goroutine ends: otherwise the bubble would panic.
func TestPipeStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		from, _ := io.Pipe()
		stop := start(t, NewPipe("tower", from, LineOptions{}), new(recorder))
		synctest.Wait()
		if err := stop(); err != nil {
			t.Errorf("Run = %v", err)
		}
		synctest.Wait()
	})
}

func TestPipeReturnsAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		from, to := io.Pipe()
		to.CloseWithError(fmt.Errorf("the cable is cut"))
		if err := NewPipe("tower", from, LineOptions{}).Run(t.Context(), new(recorder)); err == nil ||
			err.Error() != "the cable is cut" {
			t.Errorf("Run = %v, want the cable is cut", err)
		}
	})
}

// An override and a board are rejected in a batch. The lines around them must not be rejected with them.
func TestBoardsAndOverridesArePublishedAlone(t *testing.T) {
	const hold = `{"flight":"A1","belt":"7","until":"2099-11-20T19:30:00Z"}`
	for _, test := range []struct{ reason, text, want string }{
		{"between others", `{"flight":"A1"}` + "\n" + hold + "\n" + `{"flight":"A2"}`, "1 1 1"},
		{"after several", `{"flight":"A1"}` + "\n" + `{"flight":"A2"}` + "\n" + hold, "2 1"},
		{"first, of a flight that is there", hold + "\n" + `{"flight":"A2"}` + "\n" + `{"flight":"A3"}`, "1 2"},
		{"one after the other", `{"flight":"A1"}` + "\n" + hold + "\n" + hold, "1 1 1"},
		{"a board", `{"flight":"A1"}` + "\n" + `{"event":"flightSnapshot","data":[{"flight":"A1"}]}` + "\n" + hold, "1 1 1"},
	} {
		var log appends
		log.board.Apply(&timetable.Change{Kind: timetable.KindAdd, Flight: timetable.Flight{Number: "A1"}})
		var told diary
		l := newLines("tower", told.options())
		l.read(1, test.text)
		if err := l.publish(t.Context(), &log); err != nil {
			t.Error(err)
		}
		if got := strings.Trim(fmt.Sprint(log.sizes), "[]"); got != test.want || told.refused != 0 {
			t.Errorf("a hold %s: appended by %s with %d refused, want by %s: %s", test.reason, got, told.refused, test.want,
				&told.text)
		}
	}
}

// appends is a log that counts the changes of each append, and rejects an override in a batch as the real one does.
type appends struct {
	recorder
	sizes []int
}

func (a *appends) Publish(ctx context.Context, reports ...timetable.Report) (
	[]timetable.Outcome, eventlog.Position, error,
) {
	if len(reports) > 1 && slices.ContainsFunc(reports, func(r timetable.Report) bool { return r.Until != 0 }) {
		return nil, 0, &eventlog.RefusedError{Changes: []eventlog.Refusal{{Err: errors.New("until: what is set by hand " +
			"comes alone")}}}
	}
	a.sizes = append(a.sizes, len(reports))
	return a.recorder.Publish(ctx, reports...)
}

// If every line is wrong, the error is logged once, and then more and more seldom.
func TestErrorsAreLoggedOncePerKind(t *testing.T) {
	var told diary
	l := newLines("tower", told.options())
	for n := range 5000 {
		l.read(n+1, fmt.Sprintf(`{"flight":"A%d","gaet":"1"}`, n))
	}
	l.read(5001, "nonsense")
	if got := told.lines(); len(got) != 5 || told.refused != 5001 || !strings.HasSuffix(got[3], "alike=1000") {
		t.Errorf("%d of %d told: %q, want 5 of 5001", len(got), told.refused, got)
	}
	for n := range 3000 { // kinds that a feed makes up take no memory without end
		l.complain(n, fmt.Errorf("%s", strings.Repeat("x", n)))
	}
	if len(l.wrong) > 1001 {
		t.Errorf("%d kinds are kept", len(l.wrong))
	}
}

// However a text is cut into pieces, the lines are the same, and every line that is a change is one.
func FuzzNDJSON(f *testing.F) {
	f.Add([]byte("{\"flight\":\"A1\"}\n{\"flight\":\"A2\"}\r\n"), uint8(3))
	f.Add([]byte("\ufeff\n\nnonsense\n{\"event\":\"flightSnapshot\",\"data\":[]}"), uint8(1))
	f.Fuzz(func(t *testing.T, text []byte, size uint8) {
		lines := func(size int) (got []string) {
			var s splitter
			take := func(n int, text string, err error) { got = append(got, fmt.Sprint(n, " ", text, err)) }
			for rest := text; len(rest) > 0; rest = rest[min(size, len(rest)):] {
				s.split(rest[:min(size, len(rest))], take)
			}
			s.flush(take)
			return got
		}
		whole := lines(len(text) + 1)
		if diff := cmp.Diff(whole, lines(max(int(size), 1))); diff != "" {
			t.Errorf("in pieces of %d (-whole +pieces):\n%s", size, diff)
		}
		meant := 0
		for _, line := range whole {
			if line = strings.Trim(line[strings.IndexByte(line, ' ')+1:], " \t\r"); !strings.HasPrefix(line, "[") &&
				line != "<nil>" {
				meant++
			}
		}
		var log recorder
		taken := 0
		log.each = func(timetable.Change) { taken++ }
		told := diary{}
		p := NewPipe("f", io.NopCloser(bytes.NewReader(text)), told.options())
		if err := p.Run(t.Context(), &log); err != nil {
			t.Errorf("Run = %v", err)
		}
		if taken+told.refused < meant {
			t.Errorf("%d lines, of which %d were taken and %d refused", meant, taken, told.refused)
		}
	})
}

// Whatever a table holds, it is published without harm, and publishing it again changes nothing.
func FuzzCSV(f *testing.F) {
	f.Add("flight,gate\nA1,7\nA2,\n")
	f.Add("id,flight,codeshares,landed,nonsense\n1,A1,\"B1, B2\",18:02,x\n2,A1,,,\n")
	f.Add("flight,flight\n\"A1\n")
	f.Fuzz(func(t *testing.T, text string) {
		told := diary{}
		l := newLines("f", told.options())
		table := newTable(&l)
		var log recorder
		for pass := range 2 {
			table.restart()
			n := 0
			for line := range strings.Lines(text) {
				n++
				table.read(n, strings.TrimRight(line, "\r\n"), nil)
			}
			table.publish(true)
			if pass == 1 && len(l.reports) > 0 {
				t.Errorf("the same table again publishes %+v", l.reports)
			}
			if err := l.publish(t.Context(), &log); err != nil {
				t.Errorf("publish: %v", err)
			}
		}
		if n := log.len(); n > len(table.shown) {
			t.Errorf("%d flights on the board, %d in the table", n, len(table.shown))
		}
	})
}

func TestSplitterIsNotFilledByALineWithoutEnd(t *testing.T) {
	var s splitter
	piece := bytes.Repeat([]byte("x"), 1<<10)
	for range 1 << 10 {
		s.split(piece, func(int, string, error) { t.Fatal("a line came") })
	}
	if cap(s.rest) > 4*maxLine {
		t.Errorf("%d bytes are kept of a line that is too long", cap(s.rest))
	}
}
