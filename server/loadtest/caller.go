package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"iter"
	"net/http"

	"github.com/gorilla/websocket"

	"flightboard/server/eventstream"
)

// A caller is one client as programs and browsers are made, on a library, with TLS. It has no connection at first, and
// uses again what is open.
type caller struct {
	over protocol
	lag  *lag
	host string // of the server
	tls  *tls.Config
	http *http.Client
}

func newCaller(over protocol, l *lag, host string, c *tls.Config) *caller {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(over != overHTTP2)
	protocols.SetHTTP2(over == overHTTP2)
	return &caller{over, l, host, c, &http.Client{Transport: &http.Transport{
		DialContext: l.Dial, TLSClientConfig: c, Protocols: protocols}}}
}

// visit loads a page to its end, so a connection is open then.
func (c *caller) visit(ctx context.Context) error {
	r, err := http.NewRequestWithContext(ctx, "GET", "https://"+c.host+"/readyz", nil)
	if err != nil {
		return err
	}
	page, err := c.http.Do(r)
	if err != nil {
		return err
	}
	defer page.Body.Close()
	_, err = io.Copy(io.Discard, page.Body)
	return err
}

// follow returns the events after the one with the ID. It ends with an error, when the connection does.
func (c *caller) follow(ctx context.Context, id string) iter.Seq2[eventstream.Event, error] {
	return func(yield func(eventstream.Event, error) bool) {
		var body io.ReadCloser
		var err error
		switch c.over {
		case overWebSocket:
			c.followSocket(ctx, id, yield)
			return
		case overPolls:
			body, err = c.get(ctx, "/events?wait="+pollWait, id)
		default:
			body, err = c.get(ctx, "/events", id)
		}
		if err != nil {
			yield(eventstream.Event{}, err)
			return
		}
		defer body.Close()
		for e, err := range eventstream.Read(body) {
			if !yield(e, err) {
				return
			}
		}
	}
}

func (c *caller) get(ctx context.Context, path, id string) (io.ReadCloser, error) {
	r, err := http.NewRequestWithContext(ctx, "GET", "https://"+c.host+path, nil)
	if err != nil {
		return nil, err
	}
	if id != "" {
		r.Header.Set("Last-Event-ID", id)
	}
	answer, err := c.http.Do(r)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode != http.StatusOK {
		answer.Body.Close()
		return nil, fmt.Errorf("GET %s: %s", path, answer.Status)
	}
	return answer.Body, nil
}

func (c *caller) followSocket(ctx context.Context, id string, yield func(eventstream.Event, error) bool) {
	config := c.tls.Clone()
	config.NextProtos = []string{"http/1.1"}
	dialer := websocket.Dialer{NetDialContext: c.lag.Dial, TLSClientConfig: config}
	conn, _, err := dialer.DialContext(ctx, "wss://"+c.host+websocketPath+"?lastEventId="+id, nil)
	if err != nil {
		yield(eventstream.Event{}, err)
		return
	}
	defer conn.Close()
	for {
		_, text, err := conn.ReadMessage()
		if err != nil {
			yield(eventstream.Event{}, err)
			return
		}
		for e, err := range eventstream.Read(bytes.NewReader(text)) {
			if !yield(e, err) {
				return
			}
		}
	}
}
