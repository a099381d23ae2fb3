package web_test

import (
	"context"
	"net"
	"net/http"
	"testing"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/server/web"
)

// BenchmarkReturn is what it costs, both ends together, that a viewer comes back and gets a hundred events.
func BenchmarkReturn(b *testing.B) {
	log := eventlog.New(eventlog.Options{})
	at, _ := log.Append(b.Context(), logtest.Addition(0))
	for n := range 100 {
		log.Append(b.Context(), logtest.Addition(n))
	}
	face := web.New(log, web.Options{AllowOrigin: []string{"*"}})
	ctx, stop := context.WithCancel(b.Context())
	defer stop()
	go face.Run(ctx)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	server := &http.Server{Handler: face, ConnContext: face.ConnContext}
	go server.Serve(listener)
	defer server.Close()
	request := []byte("GET /events HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: " + at.String() + "\r\n\r\n")
	buffer := make([]byte, 64<<10)
	b.ReportAllocs()
	for b.Loop() {
		c, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			b.Fatal(err)
		}
		c.Write(request)
		for got := 0; got < 7000; {
			n, err := c.Read(buffer)
			if err != nil {
				b.Fatal(err)
			}
			got += n
		}
		c.Close()
	}
}
