package sockets

import (
	"net/http"
	"time"

	"github.com/coder/websocket"

	"flightboard/server/eventlog"
)

// PerConnection sends each viewer's messages from its handler. If a viewer asks for permessage-deflate, a message
// refers to those before it, so each connection has a compressor.
type PerConnection struct {
	Log *eventlog.Log
}

// workOfOne is an estimate of the time that a message takes, as for the handlers of the event stream.
const workOfOne = 10 * time.Microsecond

func (p PerConnection) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	cursor, err := p.Log.Cursor(r.URL.Query().Get("lastEventId"), 0)
	if err != nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{
		InsecureSkipVerify:   true, // pages of all origins may read
		CompressionMode:      websocket.CompressionContextTakeover,
		CompressionThreshold: 1,
	})
	if err != nil {
		return // Accept has answered
	}
	defer conn.CloseNow()
	ctx := conn.CloseRead(r.Context())
	for {
		wake := p.Log.Wake()
		if next := cursor.Next(); len(next.Bytes) > 0 {
			if conn.Write(ctx, websocket.MessageText, next.Bytes) != nil {
				return
			}
			p.Log.Worked(workOfOne)
			continue
		}
		select {
		case <-wake:
		case <-ctx.Done():
			return
		}
	}
}
