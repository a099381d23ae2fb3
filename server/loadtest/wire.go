package main

import (
	"fmt"
	"strings"
)

// A wire takes apart what comes on one connection, down to the text of the event stream, which it gives to its viewer.
type wire interface {
	// open returns what to send on the new connection.
	open(host string) []byte
	// feed takes the next piece and returns what to send for it.
	feed(piece []byte) (reply []byte, err error)
	// begun reports whether the server has agreed to send events.
	begun() bool
	// compressed reports whether it compresses them.
	compressed() bool
	// close lets go of what the connection has needed.
	close()
}

// A form is what a viewer asks for.
type form struct {
	batch, gzip bool
	over        protocol
	tls         bool
	streams     int // viewers who share an HTTP/2 connection; 0: each has one
}

// A protocol brings the stream's text to a viewer.
type protocol string

const (
	overHTTP1     protocol = "" // Server-Sent Events over HTTP/1.1
	overHTTP2     protocol = "HTTP/2"
	overWebSocket protocol = "WebSocket"
	overPolls     protocol = "long-poll"
)

func (f form) String() string {
	over := ""
	if f.tls {
		over = "TLS, "
	}
	if f.over != overHTTP1 {
		over += string(f.over) + ", "
	}
	switch {
	case f.batch && f.gzip:
		return over + "batch, gzip"
	case f.batch:
		return over + "batch"
	case f.gzip:
		return over + "plain, gzip"
	}
	return over + "plain"
}

// newWire returns a wire for a viewer, and for others who share it.
func newWire(f form, v *viewer, others ...*viewer) wire {
	if f.tls {
		return &tlsWire{wire: newPlainWire(f, v, others)}
	}
	return newPlainWire(f, v, others)
}

func newPlainWire(f form, v *viewer, others []*viewer) wire {
	switch f.over {
	case overHTTP2:
		return &http2Wire{form: f, viewer: v, others: others}
	case overWebSocket:
		return &websocketWire{form: f, viewer: v}
	case overPolls:
		return &pollWire{form: f, viewer: v}
	}
	w := &http1Wire{form: f, viewer: v}
	w.body = w.decode
	return w
}

// http1Wire is a response without an end.
type http1Wire struct {
	form     form
	viewer   *viewer
	response response
	inflater *inflater // nil: the stream is not compressed
	body     func([]byte) error
}

func (w *http1Wire) open(host string) []byte {
	return request(host, w.form, "", w.viewer.lastEventID())
}

// request returns a request for the event stream.
func request(host string, f form, query, id string) []byte {
	var b strings.Builder
	if f.batch {
		query += "&batch"
	}
	path := "/events"
	if query != "" {
		path += "?" + strings.TrimPrefix(query, "&")
	}
	fmt.Fprintf(&b, "GET %s HTTP/1.1\r\nHost: %s\r\nAccept: text/event-stream\r\n", path, host)
	if f.gzip {
		b.WriteString("Accept-Encoding: gzip\r\n")
	}
	if id != "" {
		fmt.Fprintf(&b, "Last-Event-ID: %s\r\n", id)
	}
	b.WriteString("\r\n")
	return []byte(b.String())
}

func (w *http1Wire) feed(piece []byte) ([]byte, error) { return nil, w.response.feed(piece, w.body) }

func (w *http1Wire) decode(piece []byte) error {
	if !w.response.gzip {
		return w.viewer.text(piece)
	}
	if w.inflater == nil {
		w.inflater = newInflater(gunzip, w.viewer.text)
	}
	return w.inflater.feed(piece)
}

func (w *http1Wire) begun() bool { return w.response.part != inHead }

func (w *http1Wire) compressed() bool { return w.response.gzip }

func (w *http1Wire) close() {
	if w.inflater != nil {
		w.inflater.stop()
		w.inflater = nil
	}
}
