package eventstream_test

import (
	"fmt"
	"os"
	"strings"
	"time"

	"flightboard/server/eventstream"
)

func ExampleEvent_AppendText() {
	e := eventstream.Event{ID: "42", Type: "flightStateUpdate", Data: []byte(`{"flight":"I768","state":"landing"}`)}
	text, err := e.AppendText(nil)
	if err != nil {
		fmt.Println(err)
	}
	os.Stdout.Write(text)
	// Output:
	// event: flightStateUpdate
	// id: 42
	// data: {"flight":"I768","state":"landing"}
}

func ExampleEvent_AppendText_refused() {
	e := eventstream.Event{ID: "42\n\ndata: injected", Data: []byte("x")}
	_, err := e.AppendText(nil)
	fmt.Println(err)
	// Output: eventstream: event ID holds a line feed
}

func ExampleRead() {
	stream := strings.NewReader("id: 1\nevent: flightRemoval\ndata: {\"flight\":\"I768\"}\n\n: a comment\n\ndata: " +
		"two\ndata: lines\n\n")
	for e, err := range eventstream.Read(stream) {
		if err != nil {
			fmt.Println(err)
			break
		}
		fmt.Printf("%s %s %q\n", e.ID, e.Type, e.Data)
	}
	// Output:
	// 1 flightRemoval "{\"flight\":\"I768\"}"
	// 1 message "two\nlines"
}

// A client that reestablishes its connection carries over what the last stream has set.
func ExampleReader() {
	lastEventID, retry := "", 3*time.Second
	for _, stream := range []string{"retry: 1500\nid: 7\ndata: a\n\nid: 8\ndata: cut o", "id: 8\ndata: b\n\n"} {
		fmt.Printf("connect after %v, Last-Event-ID %q\n", retry, lastEventID)
		reader := eventstream.NewReader(strings.NewReader(stream))
		reader.LastEventID, reader.Retry = lastEventID, retry
		for e, err := range reader.Events() {
			fmt.Printf("%s %s %v\n", e.ID, e.Data, err)
		}
		lastEventID, retry = reader.LastEventID, reader.Retry
	}
	// Output:
	// connect after 3s, Last-Event-ID ""
	// 7 a <nil>
	// connect after 1.5s, Last-Event-ID "7"
	// 8 b <nil>
}
