package eventstream_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"flightboard/server/eventstream"
)

// A dispatched event must not wait for the next bytes, which may be a minute away.
func TestReadDispatchesAtTheBlankLine(t *testing.T) {
	for _, blank := range []string{"\n\n", "\r\r", "\r\n\r\n", "\r\n\r"} {
		source := &stages{stages: []string{"data: 1" + blank, "\ndata: 2\n\n"}}
		next, stop := iter.Pull2(eventstream.Read(source))
		defer stop()
		if e, err, ok := next(); !ok || err != nil || string(e.Data) != "1" {
			t.Errorf("%q: the first event is %q, %v, %v", blank, e.Data, err, ok)
		}
		if source.reads != 1 {
			t.Errorf("%q: the event needed %d reads, want 1", blank, source.reads)
		}
		if e, err, ok := next(); !ok || err != nil || string(e.Data) != "2" {
			t.Errorf("%q: the second event is %q, %v, %v", blank, e.Data, err, ok)
		}
	}
}

// stages gives one string for each read and counts the reads.
type stages struct {
	stages []string
	reads  int
}

func (s *stages) Read(p []byte) (int, error) {
	if s.reads == len(s.stages) {
		return 0, io.EOF
	}
	s.reads++
	return copy(p, s.stages[s.reads-1]), nil
}

func TestReaderKeepsTheLastEventIDAndRetry(t *testing.T) {
	reader := eventstream.NewReader(strings.NewReader("data: a\n\nretry: 700\nid: 2\n: comment\ndata: b\n\nretry: " +
		"0\n\nid: 3\n\nid: 4\nretry: 900\n"))
	reader.LastEventID, reader.Retry = "1", 3*time.Second
	var got []string
	for e, err := range reader.Events() {
		got = append(got, fmt.Sprintf("%s %s %v %v, then %s %v", e.ID, e.Data, e.Retry, err, reader.LastEventID,
			reader.Retry))
	}
	want := []string{
		"1 a 0s <nil>, then 1 3s",       // what was set before reading holds
		"2 b 700ms <nil>, then 2 700ms", // an event knows the time that its block set
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	// A block without data sets the ID, an unfinished one does not; a time holds from its line on.
	if reader.LastEventID != "3" || reader.Retry != 900*time.Millisecond {
		t.Errorf("at the end: last event ID %q and reconnection time %v, want 3 and 900ms", reader.LastEventID, reader.Retry)
	}
}

func TestReaderContinuesAfterABreak(t *testing.T) {
	reader := eventstream.NewReader(strings.NewReader("id: 1\ndata: a\n\ndata: b\n\ndata: c\n\n"))
	var got strings.Builder
	for range 5 {
		for e, err := range reader.Events() {
			fmt.Fprintf(&got, "%s%s%v ", e.ID, e.Data, err)
			break
		}
	}
	if want := "1a<nil> 1b<nil> 1c<nil> "; got.String() != want {
		t.Errorf("got %swant %s", &got, want)
	}
}

func TestReadRetryTooLongForADuration(t *testing.T) {
	for _, digits := range []string{"9223372036854", "9223372036855", "9223372036854775808", strings.Repeat("9", 1000)} {
		for e, err := range eventstream.Read(strings.NewReader("retry: " + digits + "\ndata\n\n")) {
			if want := math.MaxInt64 / int64(time.Millisecond); err != nil || e.Retry.Milliseconds() != want {
				t.Errorf("retry: %.30s is %v, want the longest: %d ms", digits, e.Retry, want)
			}
		}
	}
}

// The events before an error are yielded, then the error with its place, and nothing after it.
func TestReadErrors(t *testing.T) {
	broken := errors.New("connection reset")
	for _, test := range []struct {
		reason string
		source io.Reader
		max    int
		events int
		is     error
		want   string
	}{
		{"an error of the source comes last", io.MultiReader(strings.NewReader("data: 1\n\ndata: 2\n"),
			iotest.ErrReader(broken)), 0,
			1, broken, "eventstream: after line 3: connection reset"},
		{"an error that comes with bytes comes after them",
			iotest.DataErrReader(io.MultiReader(strings.NewReader("data: 1\n\n"), iotest.ErrReader(broken))), 0,
			1, broken, "eventstream: after line 2: connection reset"},
		{"a source that has ended is not read again", &once{"data: 1\n\n", broken}, 0,
			1, broken, "eventstream: after line 2: connection reset"},
		{"a body that is cut off is told from one that ends", iotest.ErrReader(io.ErrUnexpectedEOF), 0,
			0, io.ErrUnexpectedEOF, "eventstream: after line 0: unexpected EOF"},
		{"a source that gives nothing for ever is given up", stuck{}, 0,
			0, io.ErrNoProgress, "eventstream: after line 0: multiple Read calls return no data or error"},
		{"data of the largest size passes", strings.NewReader("data:12345\ndata:67890\n\n"), 11, 1, nil, ""},
		{"one byte more does not", strings.NewReader("data\n\ndata:12345\ndata:678901\n\n"), 11,
			1, eventstream.ErrTooLarge, "eventstream: event is too large: data has more than 11 bytes at line 4"},
		{"replaced bytes count as what they become", strings.NewReader("data:\xff\xff\xff\xff\n\n"), 11,
			0, eventstream.ErrTooLarge, "eventstream: event is too large: data has more than 11 bytes at line 1"},
		{"empty lines are data too", strings.NewReader(strings.Repeat("data\n", 100)), 50,
			0, eventstream.ErrTooLarge, "eventstream: event is too large: data has more than 50 bytes at line 52"},
		{"a line of the largest size passes", strings.NewReader(":2345678901\ndata:1\n\n"), 11, 1, nil, ""},
		{"one byte more does not, even in a comment", strings.NewReader("data:1\n\n:23456789012\n"), 11,
			1, eventstream.ErrTooLarge, "eventstream: event is too large: line 3 has more than 11 bytes"},
		{"a line without an end is not waited for", io.MultiReader(strings.NewReader(":23456789012"), stuck{}), 11,
			0, eventstream.ErrTooLarge, "eventstream: event is too large: line 1 has more than 11 bytes"},
		{"a comment without an end stops at the default", io.LimitReader(endless(':'), 1<<30), 0,
			0, eventstream.ErrTooLarge, "eventstream: event is too large: line 1 has more than 16777216 bytes"},
		{"blocks without an end of data are no event", strings.NewReader(strings.Repeat(":\nid: 1\n\n", 100)), 11, 0,
			nil, ""},
	} {
		t.Run(test.reason, func(t *testing.T) {
			reader := eventstream.NewReader(test.source)
			reader.MaxEvent = test.max
			events, last := 0, error(nil)
			for _, err := range reader.Events() {
				if last = err; err == nil {
					events++
				}
			}
			if events != test.events || !errors.Is(last, test.is) || last != nil && last.Error() != test.want {
				t.Errorf("got %d events, then %v\nwant %d, then %s", events, last, test.events, test.want)
			}
			for _, err := range reader.Events() {
				if err != last {
					t.Errorf("asked again: %v, want the same error", err)
				}
			}
		})
	}
}

// once returns its text together with its error, and then a text that must not be read.
type once struct {
	text string
	err  error
}

func (o *once) Read(p []byte) (int, error) {
	n, err := copy(p, o.text), o.err
	o.text, o.err = "data: after the end\n\n", nil
	return n, err
}

// stuck gives nothing, not even an error.
type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

// endless gives one byte over and over.
type endless byte

func (e endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(e)
	}
	return len(p), nil
}

// Strings of earlier events must not change.
func TestIDsAndTypesMayBeKept(t *testing.T) {
	var stream bytes.Buffer
	const count = 3000 // several blocks of texts
	for i := range count {
		fmt.Fprintf(&stream, "id: id-%d\nevent: type-%d\ndata\n\n", i, i%7)
	}
	var kept []eventstream.Event
	for e := range eventstream.Read(&chunks{stream.Bytes(), 1000}) {
		kept = append(kept, e)
	}
	for i, e := range kept {
		if e.ID != fmt.Sprintf("id-%d", i) || e.Type != fmt.Sprintf("type-%d", i%7) {
			t.Fatalf("event %d has become ID %s, type %s", i, e.ID, e.Type)
		}
	}
	if len(kept) != count {
		t.Errorf("got %d events, want %d", len(kept), count)
	}
}

// Cut at every byte, a stream is resumed with the last event ID, and every event arrives exactly once.
func TestResumeAfterACutAtEveryByte(t *testing.T) {
	var stream []byte
	var ends []int // where each event is complete
	for i := range 3 {
		stream, _ = eventstream.Event{ID: fmt.Sprint(i + 1), Type: "é",
			Data: fmt.Appendf(nil, "first\nsecond %d", i)}.AppendText(stream)
		ends = append(ends, len(stream))
	}
	for cut := range len(stream) + 1 {
		first := eventstream.NewReader(bytes.NewReader(stream[:cut]))
		var got []string
		for e, err := range first.Events() {
			got = append(got, fmt.Sprintf("%s %q %v", e.ID, e.Data, err))
		}
		rest := 0
		if n := len(got); n > 0 {
			rest = ends[n-1]
			if first.LastEventID != fmt.Sprint(n) {
				t.Fatalf("cut at byte %d: after %d events the last event ID is %q", cut, n, first.LastEventID)
			}
		}
		for e, err := range eventstream.Read(bytes.NewReader(stream[rest:])) {
			got = append(got, fmt.Sprintf("%s %q %v", e.ID, e.Data, err))
		}
		if want := `1 "first\nsecond 0" <nil>, 2 "first\nsecond 1" <nil>, 3 "first\nsecond 2" <nil>`; strings.Join(got,
			", ") != want {
			t.Fatalf("cut at byte %d\ngot  %s\nwant %s", cut, strings.Join(got, ", "), want)
		}
	}
}
