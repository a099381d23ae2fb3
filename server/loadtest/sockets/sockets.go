// Package sockets serves the board's stream over WebSockets. It is for the comparison of transports only: the server of
// this project has none.
//
// A message is the text of one or more events, as GET /events has it, so that only the transport differs. A viewer that
// returns gives its last event ID as the query parameter lastEventId, because a page cannot set a WebSocket's headers.
//
// There are two servers. [Broadcast] is made as sparingly as a WebSocket server can be that uses a library.
// [PerConnection] is the usual one, and compresses with a window for each connection.
package sockets

import (
	"bytes"
	"context"
	"encoding/binary"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"flightboard/server/eventlog"
)

// writeTimeout is how long a viewer may take for a message, as on the event stream.
const writeTimeout = 10 * time.Second

// A Broadcast encodes each message once, and one goroutine writes the same bytes to all viewers. A viewer costs a
// goroutine that reads, because it may send a ping or a farewell at any time.
//
// It has no queue for slow viewers: one that does not read holds up the others for at most 10 s. That makes it cheaper
// than a server that could be used.
type Broadcast struct {
	log      *eventlog.Log
	window   bool
	upgrader websocket.Upgrader

	mu      sync.Mutex
	viewers []*viewer
	frame   frame // the newest
}

type viewer struct {
	conn   *websocket.Conn
	cursor eventlog.Cursor
	begun  bool // has got its first message
	index  int  // in viewers; -1: not there
}

// A frame is a message as it is written.
type frame struct {
	of       []byte                     // the text that the log has returned
	prepared *websocket.PreparedMessage // nil with a window
	raw      []byte
}

// NewBroadcast returns a server of the log. It sends nothing before Run.
//
// Without a window, it compresses each message once for all viewers that ask for permessage-deflate, without reference
// to the messages before it: no library has another form that can be shared. With a window, it requires viewers to ask,
// and sends them the ticks that the log has compressed for viewers of the event stream, each as a message. No library
// does that.
func NewBroadcast(log *eventlog.Log, window bool) *Broadcast {
	return &Broadcast{log: log, window: window, upgrader: websocket.Upgrader{
		ReadBufferSize:    256,
		WriteBufferPool:   new(sync.Pool),
		EnableCompression: !window,
		CheckOrigin:       func(*http.Request) bool { return true },
	}}
}

// Run sends messages until ctx is done, and then closes the viewers' connections.
func (b *Broadcast) Run(ctx context.Context) {
	for ctx.Err() == nil {
		wake := b.log.Wake()
		b.log.BeginRound()
		began := time.Now()
		b.sweep()
		b.log.EndRound(time.Since(began))
		select {
		case <-wake:
		case <-ctx.Done():
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, v := range b.viewers {
		v.conn.Close()
	}
}

// sweep brings all viewers to the head of the log.
func (b *Broadcast) sweep() {
	b.mu.Lock()
	defer b.mu.Unlock()
	var memo eventlog.Memo
	for i := len(b.viewers) - 1; i >= 0; i-- { // from the end, because remove puts the last one in the free place
		if v := b.viewers[i]; !b.advance(v, &memo) {
			b.remove(v)
		}
	}
}

// advance brings a viewer to the head of the log. It reports whether the viewer takes the messages. It is called with
// mu held.
func (b *Broadcast) advance(v *viewer, memo *eventlog.Memo) bool {
	for {
		next := memo.Next(&v.cursor)
		if len(next.Bytes) == 0 {
			return true
		}
		if len(b.frame.of) != len(next.Bytes) || &b.frame.of[0] != &next.Bytes[0] {
			b.frame = b.makeFrame(next.Bytes, v.begun)
		}
		v.begun = true
		if b.write(v) != nil {
			return false
		}
	}
}

func (b *Broadcast) makeFrame(text []byte, begun bool) frame {
	f := frame{of: text}
	if b.window {
		f.raw = compressedFrame(text, begun)
		return f
	}
	var err error
	if f.prepared, err = websocket.NewPreparedMessage(websocket.TextMessage, text); err != nil {
		panic(err) // text messages can be prepared
	}
	return f
}

// write writes the newest frame.
func (b *Broadcast) write(v *viewer) error {
	deadline := time.Now().Add(writeTimeout)
	if f := b.frame; f.prepared != nil {
		v.conn.SetWriteDeadline(deadline)
		return v.conn.WritePreparedMessage(f.prepared)
	}
	v.conn.NetConn().SetWriteDeadline(deadline)
	_, err := v.conn.NetConn().Write(b.frame.raw)
	return err
}

// compressedFrame makes a message (RFC 7692, 7.2.1) of a part of a gzip stream. The header of the stream is before its
// first part.
func compressedFrame(part []byte, begun bool) []byte {
	const gzipHeader = 10
	if !begun {
		part = part[gzipHeader:]
	}
	payload, flushed := bytes.CutSuffix(part, []byte{0, 0, 0xff, 0xff})
	if !flushed {
		payload = append(bytes.Clone(part), 0) // an empty block, without its tail
	}
	const finalText, compressed = 0x81, 0x40
	raw := []byte{finalText | compressed}
	switch n := len(payload); {
	case n < 126:
		raw = append(raw, byte(n))
	case n <= 0xffff:
		raw = binary.BigEndian.AppendUint16(append(raw, 126), uint16(n))
	default:
		raw = binary.BigEndian.AppendUint64(append(raw, 127), uint64(n))
	}
	return append(raw, payload...)
}

// remove is called with mu held.
func (b *Broadcast) remove(v *viewer) {
	if v.index < 0 {
		return
	}
	last := len(b.viewers) - 1
	b.viewers[v.index], b.viewers[last].index = b.viewers[last], v.index
	b.viewers[last] = nil
	b.viewers, v.index = b.viewers[:last], -1
	v.conn.Close()
}

// ServeHTTP sends what the viewer has missed, or a snapshot, and leaves it to Run.
func (b *Broadcast) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var form eventlog.Form
	header := http.Header{}
	if b.window {
		form = eventlog.Gzip
		// The library can neither ask for this form nor be told by the header's usual spelling that it is agreed.
		header["Sec-WebSocket-Extensions"] = []string{"permessage-deflate"}
	}
	cursor, err := b.log.Cursor(r.URL.Query().Get("lastEventId"), form)
	if err != nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	conn, err := b.upgrader.Upgrade(w, r, header)
	if err != nil {
		return // Upgrade has answered
	}
	v := &viewer{conn: conn, cursor: cursor, index: -1}
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.advance(v, new(eventlog.Memo)) {
		conn.Close()
		return
	}
	v.index = len(b.viewers)
	b.viewers = append(b.viewers, v)
	go b.read(v) // not in this goroutine: net/http's stack and buffers end with it
}

// read answers pings and farewells until the connection ends.
func (b *Broadcast) read(v *viewer) {
	for {
		if _, _, err := v.conn.NextReader(); err != nil {
			break
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.remove(v)
}
