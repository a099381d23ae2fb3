package eventstream_test

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"flightboard/server/eventstream"
)

// FuzzRead compares the parser with the standard, for any bytes in any chunks.
func FuzzRead(f *testing.F) {
	for _, c := range conformance(f) {
		f.Add([]byte(c.Stream), uint16(3))
	}
	f.Fuzz(func(t *testing.T, stream []byte, size uint16) {
		want := interpret(stream)
		check := func(how string, got outcome) {
			t.Helper()
			if !got.equal(want) {
				t.Fatalf("%s: stream %q\n(-want +got)\n%s", how, stream, cmp.Diff(want, got))
			}
		}
		check("whole", parse(t, bytes.NewReader(stream)))
		check("byte by byte", parse(t, iotest.OneByteReader(bytes.NewReader(stream))))
		check("in chunks", parse(t, &chunks{stream, int(size) + 1}))

		// With a small limit it stops at the same event however the stream is cut.
		limit := 1 + int(size)%64
		whole, byBytes := limited(bytes.NewReader(stream), limit),
			limited(iotest.OneByteReader(bytes.NewReader(stream)), limit)
		if whole != byBytes {
			t.Fatalf("limit %d: stream %q\nwhole        %s\nbyte by byte %s", limit, stream, whole, byBytes)
		}
	})
}

// limited reads a stream with a limit and returns its events and its error as a text.
func limited(r io.Reader, limit int) string {
	var seen strings.Builder
	reader := eventstream.NewReader(r)
	reader.MaxEvent = limit
	for e, err := range reader.Events() {
		fmt.Fprintf(&seen, "%q %q %q %v %v; ", e.ID, e.Type, e.Data, e.Retry, err)
	}
	return seen.String()
}

// TestStandardReading tests interpret, which FuzzRead relies on, with the conformance cases.
func TestStandardReading(t *testing.T) {
	for name, c := range conformance(t) {
		if got := interpret(c.Stream); !got.equal(c.want()) {
			t.Errorf("%s: %s\n(-want +got)\n%s", name, c.Reason, cmp.Diff(c.want(), got))
		}
	}
}

// FuzzAppendText tests the encoder's promise: its output is read as exactly that event between its neighbours, and an
// event that it rejects cannot be encoded.
func FuzzAppendText(f *testing.F) {
	nasty := []string{"", "x", "\n", "\r", "\r\n", "\x00", "\uFEFF", " ", ":", "data: x", "id: 1\n\nevent: a", "\u0085",
		"\u009b", "\u2028",
		"\u202e", "\xff", "\xe2\x82", "\xed\xa0\x80", "message", "a\nb\n", "\n\n", "\ufffd"}
	for i, s := range nasty {
		f.Add(s, "a", "x", false, int64(0))
		f.Add("1", s, "x", false, int64(i)*int64(time.Millisecond))
		f.Add("1", "a", s, false, int64(-i))
		f.Add(s, s, s, i%2 == 0, int64(time.Second))
	}
	f.Fuzz(func(t *testing.T, id, eventType, data string, noData bool, retry int64) {
		e := eventstream.Event{ID: id, Type: eventType, Data: []byte(data), Retry: time.Duration(retry)}
		if noData {
			e.Data = nil
		}
		const before, after = "id: before\ndata: before\n\n", "data: after\n\n"
		stream, err := e.AppendText([]byte(before))
		fits := !strings.ContainsAny(id+eventType, "\r\n\x00") && !bytes.ContainsRune(e.Data, '\r') && utf8.ValidString(id) &&
			utf8.ValidString(eventType) && utf8.Valid(e.Data) && retry >= 0 && retry%int64(time.Millisecond) == 0
		if fits != (err == nil) {
			t.Fatalf("%+v: error %v, but that the format can carry it is %v", e, err, fits)
		}
		if err != nil {
			if string(stream) != before {
				t.Fatalf("%+v: refused, yet dst is %q", e, stream)
			}
			return
		}
		want := []eventstream.Event{{ID: "before", Type: "message", Data: []byte("before")}}
		lastID := "before"
		if id != "" {
			lastID = id
		}
		if e.Data != nil {
			shown := e
			shown.ID = lastID
			if shown.Type == "" {
				shown.Type = "message"
			}
			want = append(want, shown)
		}
		want = append(want, eventstream.Event{ID: lastID, Type: "message", Data: []byte("after")})

		var got []eventstream.Event
		reader := eventstream.NewReader(strings.NewReader(string(stream) + after))
		for event, err := range reader.Events() {
			if err != nil {
				t.Fatal(err)
			}
			event.Data = bytes.Clone(event.Data)
			got = append(got, event)
		}
		if !cmp.Equal(want, got) || reader.Retry != e.Retry {
			t.Fatalf("stream %q, reconnection time %v\n(-want +got)\n%s", stream, reader.Retry, cmp.Diff(want, got))
		}
	})
}
