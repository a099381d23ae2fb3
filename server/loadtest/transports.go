package main

import "time"

// A transport is a row of the table: a server, and what its viewers speak.
type transport struct {
	name   string
	server string
	form   form
}

// transports are compared. All of them bring the same text.
var transports = []transport{
	{"SSE, HTTP/1.1", "ours", form{}},
	{"SSE, HTTP/1.1, gzip", "ours", form{gzip: true}},
	{"SSE, HTTP/1.1, a goroutine each", "handlers", form{}},
	{"SSE, HTTP/2", "ours", form{over: overHTTP2}},
	{"SSE, HTTP/2, gzip", "ours", form{over: overHTTP2, gzip: true}},
	{"WebSocket", "sockets", form{over: overWebSocket}},
	{"WebSocket, deflate, shared", "sockets", form{over: overWebSocket, gzip: true}},
	{"WebSocket, deflate, a window each", "sockets-each", form{over: overWebSocket, gzip: true}},
	{"long-poll", "ours", form{over: overPolls}},
	{"long-poll, gzip", "ours", form{over: overPolls, gzip: true}},
}

// whole publishes one burst after the other, each when all viewers have the one before, until so many updates are
// published. So each burst is a tick, and the bytes do not depend on the machine.
func whole(updates int) pace {
	return func(t *trial, _ time.Time) func(time.Time) (time.Duration, bool, error) {
		return func(now time.Time) (time.Duration, bool, error) {
			left := updates - t.ledger.published()
			if left > 0 && t.ledger.complete == t.ledger.published() {
				return 0, false, t.burst(min(t.plan.burst, left), now)
			}
			return time.Second, left <= 0, nil
		}
	}
}
