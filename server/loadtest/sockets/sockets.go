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
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"flightboard/server/eventlog"
)

// writeTimeout is how long a viewer may take for a message, as on the event stream.
const writeTimeout = 10 * time.Second

// A Broadcast encodes each message once, and one goroutine writes the same bytes to all viewers. A viewer costs a
// goroutine that reads, because it may send a ping or a farewell at any time. If a viewer asks for permessage-deflate,
// each message is compressed once for all, without reference to the messages before it: the library has no other form
// that can be shared.
//
// It has no queue for slow viewers: one that does not read holds up the others for at most 10 s. That makes it cheaper
// than a server that could be used.
type Broadcast struct {
	log      *eventlog.Log
	upgrader websocket.Upgrader

	mu      sync.Mutex
	cursor  eventlog.Cursor // all viewers have what it has returned
	viewers []*viewer
}

type viewer struct {
	conn  *websocket.Conn
	index int // in viewers; -1: not there
}

// NewBroadcast returns a server of the log. It sends nothing before Run.
func NewBroadcast(log *eventlog.Log) *Broadcast {
	b := &Broadcast{log: log, upgrader: websocket.Upgrader{
		ReadBufferSize:    256,
		WriteBufferPool:   new(sync.Pool),
		EnableCompression: true,
		CheckOrigin:       func(*http.Request) bool { return true },
	}}
	b.cursor, _ = log.Cursor("", 0)
	return b
}

// Run sends messages until ctx is done, and then closes the viewers' connections.
func (b *Broadcast) Run(ctx context.Context) {
	for ctx.Err() == nil {
		wake := b.log.Wake()
		b.log.BeginRound()
		began := time.Now()
		b.mu.Lock()
		b.advance()
		b.mu.Unlock()
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

// advance brings all viewers to the head of the log. It is called with mu held.
func (b *Broadcast) advance() {
	for {
		next := b.cursor.Next()
		if len(next.Bytes) == 0 {
			return
		}
		if len(b.viewers) == 0 {
			continue
		}
		message, err := websocket.NewPreparedMessage(websocket.TextMessage, next.Bytes)
		if err != nil {
			panic(err) // text messages can be prepared
		}
		deadline := time.Now().Add(writeTimeout)
		for i := len(b.viewers) - 1; i >= 0; i-- { // from the end, for remove puts the last one in the place
			v := b.viewers[i]
			v.conn.SetWriteDeadline(deadline)
			if v.conn.WritePreparedMessage(message) != nil {
				b.remove(v)
			}
		}
	}
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
	cursor, err := b.log.Cursor(r.URL.Query().Get("lastEventId"), 0)
	if err != nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	conn, err := b.upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // Upgrade has answered
	}
	v := &viewer{conn, -1}
	if !v.catchUp(&cursor) {
		conn.Close()
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.advance(); cursor.Position() != b.cursor.Position(); b.advance() {
		if !v.catchUp(&cursor) {
			conn.Close()
			return
		}
	}
	v.index = len(b.viewers)
	b.viewers = append(b.viewers, v)
	go b.read(v) // not in this goroutine: net/http's stack and buffers end with it
}

// catchUp sends all messages up to the head of the log. It reports whether the viewer has them.
func (v *viewer) catchUp(cursor *eventlog.Cursor) bool {
	for {
		next := cursor.Next()
		if len(next.Bytes) == 0 {
			return true
		}
		v.conn.SetWriteDeadline(time.Now().Add(writeTimeout))
		if v.conn.WriteMessage(websocket.TextMessage, next.Bytes) != nil {
			return false
		}
	}
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
