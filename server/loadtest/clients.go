package main

import (
	"embed"
	"fmt"
	"strings"
)

// Clients in JavaScript with the same duties: they give the type, data and ID of each event to the page, tell it
// whether they are connected, reconnect at growing and random intervals, also after an error of the server, resume
// after the last event ID, notice a connection that is silent for too long, and stop for good when the feed is over.
//
//go:embed clients/*.js
var clients embed.FS

// clientLines counts the lines of a client that are neither blank nor comments.
func clientLines(name string) (n int, err error) {
	text, err := clients.ReadFile("clients/" + name)
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") {
			n++
		}
	}
	return n, err
}

// clientFile returns the client of a transport.
func (c transport) clientFile() string {
	switch c.form.over {
	case overWebSocket:
		return "websocket.js"
	case overPolls:
		return "poll.js"
	}
	return "eventsource.js"
}

// lines returns how many lines a page needs for the transport.
func (c transport) lines() ([]figure, error) {
	n, err := clientLines(c.clientFile())
	return figures(figure{"lines of script", float64(n), 0}), err
}

// describeClients has the lines that the table does not.
func describeClients() string {
	stream, _ := clientLines("fetch.js")
	parser, _ := clientLines("events.js")
	return fmt.Sprintf("lines of script: %d for the stream by fetch(), which gets the bytes of SSE; "+
		"%d more for WebSockets and long-poll to parse events, which JSON spares them", stream, parser)
}
