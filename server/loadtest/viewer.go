package main

import (
	"fmt"
	"strings"
	"time"
)

// A viewer is one connection, and its position from before it was cut.
type viewer struct {
	response response
	inflater *inflater // nil: the stream is not compressed
	scanner  scanner
	checker  checker
	dialed   time.Time
	stale    bool               // it comes back with an ID that is too old
	body     func([]byte) error // its own methods: made once, not for each piece
	text     func([]byte) error
	each     func(*event) error
	now      time.Time // when the piece came that is being looked at
	up       bool      // counted among those who have their start
}

func newViewer(l *ledger) *viewer {
	v := &viewer{checker: checker{ledger: l}}
	v.body = v.decode
	v.text = v.stream
	v.each = v.event
	return v
}

// A form is what a viewer asks for.
type form struct {
	batch, gzip bool
}

func (f form) String() string {
	switch f {
	case form{true, true}:
		return "batch, gzip"
	case form{batch: true}:
		return "batch"
	case form{gzip: true}:
		return "plain, gzip"
	}
	return "plain"
}

// request begins a new connection and returns what to send on it.
func (v *viewer) request(host string, f form, now time.Time) string {
	v.close()
	v.response, v.scanner, v.dialed, v.up = response{}, scanner{}, now, false
	var b strings.Builder
	path := "/events"
	if f.batch {
		path += "?batch"
	}
	fmt.Fprintf(&b, "GET %s HTTP/1.1\r\nHost: %s\r\nAccept: text/event-stream\r\n", path, host)
	if f.gzip {
		b.WriteString("Accept-Encoding: gzip\r\n")
	}
	switch {
	case v.stale && v.checker.joined:
		b.WriteString("Last-Event-ID: 1\r\n")
	case v.checker.joined:
		fmt.Fprintf(&b, "Last-Event-ID: %d\r\n", v.checker.at())
	}
	b.WriteString("\r\n")
	return b.String()
}

// receive takes what came on the connection.
func (v *viewer) receive(piece []byte, now time.Time) error {
	v.now = now
	v.checker.ledger.tally.Bytes += int64(len(piece))
	return v.response.feed(piece, v.body)
}

// started reports whether the stream has begun and the viewer has a position.
func (v *viewer) started() bool { return v.response.part != inHead && v.checker.joined }

func (v *viewer) decode(piece []byte) error {
	if !v.response.gzip {
		return v.stream(piece)
	}
	if v.inflater == nil {
		v.inflater = newInflater(v.text)
	}
	return v.inflater.feed(piece)
}

func (v *viewer) stream(piece []byte) error {
	if v.scanner.between() {
		piece = v.checker.known(piece, v.now)
	}
	if len(piece) == 0 {
		return nil
	}
	return v.scanner.feed(piece, v.each)
}

func (v *viewer) event(e *event) error { return v.checker.event(e, v.now) }

// close lets go of what the connection has needed.
func (v *viewer) close() {
	if v.inflater != nil {
		v.inflater.stop()
		v.inflater = nil
	}
}
