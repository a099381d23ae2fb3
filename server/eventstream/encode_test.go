package eventstream_test

import (
	"strings"
	"testing"
	"time"

	"flightboard/server/eventstream"
)

func TestAppendText(t *testing.T) {
	for _, test := range []struct {
		name, reason string
		event        eventstream.Event
		want         string
	}{
		{"all fields have their order", "retry comes first so that it holds even if the rest is cut off",
			eventstream.Event{ID: "7", Type: "flightRemoval", Data: []byte("x"), Retry: 1500 * time.Millisecond},
			"retry: 1500\nevent: flightRemoval\nid: 7\ndata: x\n\n"},
		{"data alone", "what is not set is not written", eventstream.Event{Data: []byte("x")}, "data: x\n\n"},
		{"the type message", "it is the type of an event without one", eventstream.Event{Type: "message", Data: []byte("x")},
			"data: x\n\n"},
		{"empty data", "it is dispatched, unlike no data", eventstream.Event{Data: []byte{}}, "data: \n\n"},
		{"no data but a time", "a block that dispatches nothing", eventstream.Event{Retry: time.Second}, "retry: 1000\n\n"},
		{"no data but an ID", "it moves the last event ID", eventstream.Event{ID: "7"}, "id: 7\n\n"},
		{"nothing", "a blank line is an empty block", eventstream.Event{}, "\n"},
		{"lines", "each line of data is a field", eventstream.Event{Data: []byte("a\n\nb")}, "data: a\ndata: \ndata: b\n\n"},
		{"a line feed at the end", "parsing takes one LF away", eventstream.Event{Data: []byte("a\n")},
			"data: a\ndata: \n\n"},
		{"a space at the start", "parsing takes one space away",
			eventstream.Event{ID: " 1", Type: " a", Data: []byte(" x\n y")},
			"event:  a\nid:  1\ndata:  x\ndata:  y\n\n"},
		{"data that looks like fields", "every line has its name in front", eventstream.Event{Data: []byte("\nid: 1\n\n: c")},
			"data: \ndata: id: 1\ndata: \ndata: : c\n\n"},
		{"NUL in data", "the grammar of the standard allows it", eventstream.Event{Data: []byte("a\x00b")},
			"data: a\x00b\n\n"},
		{"separators that end no line", "only CR and LF do",
			eventstream.Event{ID: "a\u2028b", Type: "a\u0085b", Data: []byte("\u2029\v\f")},
			"event: a\u0085b\nid: a\u2028b\ndata: \u2029\v\f\n\n"},
		{"a byte order mark", "only one at the very start of a stream is dropped, and a field name comes before it",
			eventstream.Event{ID: "\uFEFF", Data: []byte("\uFEFF")}, "id: \uFEFF\ndata: \uFEFF\n\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := test.event.AppendText([]byte("before"))
			if err != nil || string(got) != "before"+test.want {
				t.Errorf("%s\ngot  %q, %v\nwant %q", test.reason, got, err, "before"+test.want)
			}
		})
	}
}

func TestAppendTextRefuses(t *testing.T) {
	for _, test := range []struct {
		event eventstream.Event
		want  string
	}{
		{eventstream.Event{ID: "1\n2"}, "eventstream: event ID holds a line feed"},
		{eventstream.Event{ID: "1\r"}, "eventstream: event ID holds a carriage return"},
		{eventstream.Event{ID: "\x00"}, "eventstream: event ID holds a NUL"},
		{eventstream.Event{ID: "1\xff"}, "eventstream: event ID is not UTF-8"},
		{eventstream.Event{Type: "a\n\ndata: injected"}, "eventstream: event type holds a line feed"},
		{eventstream.Event{Type: "a\rdata: injected"}, "eventstream: event type holds a carriage return"},
		{eventstream.Event{Type: "a\x00"}, "eventstream: event type holds a NUL"},
		{eventstream.Event{Type: "\xed\xa0\x80"}, "eventstream: event type is not UTF-8"},
		{eventstream.Event{Data: []byte("x\r")}, "eventstream: data holds a carriage return at byte 1"},
		{eventstream.Event{Data: []byte("x\r\ny")}, "eventstream: data holds a carriage return at byte 1"},
		{eventstream.Event{Data: []byte("x\xc0\x8a")}, "eventstream: data is not UTF-8"},
		{eventstream.Event{Retry: -time.Second}, "eventstream: reconnection time -1s is negative"},
		{eventstream.Event{Retry: 1500 * time.Microsecond}, "eventstream: reconnection time 1.5ms is not whole milliseconds"},
		{eventstream.Event{Retry: 1}, "eventstream: reconnection time 1ns is not whole milliseconds"},
	} {
		t.Run(test.want, func(t *testing.T) {
			room := make([]byte, 3, 100)
			copy(room, "dst")
			got, err := test.event.AppendText(room)
			if err == nil || err.Error() != test.want {
				t.Errorf("%+v: error %v, want %s", test.event, err, test.want)
			}
			if string(got) != "dst" || strings.Trim(string(room[3:100]), "\x00") != "" {
				t.Errorf("%+v: dst is %q, want it unchanged", test.event, room[:100])
			}
		})
	}
}
