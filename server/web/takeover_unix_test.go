//go:build unix

package web_test

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"runtime"
	"testing"
	"weak"

	"flightboard/server/eventlog"
	"flightboard/server/web"
)

// A viewer whose connection was taken over keeps nothing of net/http and package net alive: neither its request nor the
// connection.
func TestATakenOverViewerKeepsNothingOfItsRequest(t *testing.T) {
	face := web.New(eventlog.New(eventlog.Options{}), web.Options{})
	ctx, stop := context.WithCancel(t.Context())
	ran := make(chan struct{})
	go func() { defer close(ran); face.Run(ctx) }()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	type kept struct {
		request weak.Pointer[http.Request]
		header  weak.Pointer[string] // the value of one
		address weak.Pointer[net.TCPAddr]
		conn    weak.Pointer[net.TCPConn]
	}
	var conn weak.Pointer[net.TCPConn]
	served := make(chan kept, 1)
	server := &http.Server{
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			conn = weak.Make(c.(*net.TCPConn))
			return face.ConnContext(ctx, c)
		},
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			k := kept{weak.Make(r), weak.Make(&r.Header["Accept"][0]),
				weak.Make(r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)), conn}
			face.ServeHTTP(w, r)
			served <- k
		}),
	}
	go server.Serve(listener)
	defer func() { server.Close(); stop(); <-ran }()
	c, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	const request = "GET /events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n"
	if _, err := c.Write([]byte(request)); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(c).ReadString('\n'); line != "HTTP/1.1 200 OK\r\n" {
		t.Fatalf("the answer begins with %q, error %v", line, err)
	}
	k := <-served
	alive := func() (what []string) {
		for name, is := range map[string]bool{"the request": k.request.Value() != nil, "its header": k.header.Value() != nil,
			"its context": k.address.Value() != nil, "the connection": k.conn.Value() != nil} {
			if is {
				what = append(what, name)
			}
		}
		return what
	}
	for range 1000 { // net/http's goroutine may have to end first
		if runtime.GC(); alive() == nil {
			return
		}
	}
	t.Errorf("a waiting viewer keeps alive: %q", alive())
}
