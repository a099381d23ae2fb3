package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestResponseBodyIsTheSameHoweverItIsCut(t *testing.T) {
	plain := "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nX: y\r\n\r\n"
	chunked := "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n"
	const body = "data: one\n\ndata: two\n\n"
	for _, c := range []struct{ name, text string }{
		{"to the end of the connection", plain + body},
		{"one chunk", chunked + "16\r\n" + body + "\r\n"},
		{"chunks", chunked + "b\r\n" + body[:11] + "\r\nB;ext=1\r\n" + body[11:] + "\r\n"},
		{"small chunks", chunked + chunks(body)},
	} {
		t.Run(c.name, func(t *testing.T) {
			for seed := range uint64(200) {
				random := rand.New(rand.NewPCG(seed, 2))
				var r response
				var got strings.Builder
				for rest := c.text; rest != ""; {
					n := 1 + random.IntN(min(len(rest), 1+int(seed)))
					if err := r.feed([]byte(rest[:n]), func(b []byte) error { got.Write(b); return nil }); err != nil {
						t.Fatal(err)
					}
					rest = rest[n:]
				}
				if got.String() != body {
					t.Fatalf("seed %d: the body is %q, want %q", seed, got.String(), body)
				}
			}
		})
	}
}

func chunks(body string) string {
	var b strings.Builder
	for i := range len(body) {
		fmt.Fprintf(&b, "1\r\n%s\r\n", body[i:i+1])
	}
	return b.String()
}

func TestResponseReturnsErrors(t *testing.T) {
	const ok = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
	for _, c := range []struct{ text, want string }{
		{"HTTP/1.1 503 Service Unavailable\r\n\r\n", "503"},
		{"HTTP/1.1 204 No Content\r\n\r\n", "204"},
		{"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", "no event stream"},
		{"HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", maxHead), "too long"},
		{ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n", "longer than it says"},
		{ok + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n", "chunk size"},
		{ok + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", errEnded.Error()},
	} {
		var r response
		err := r.feed([]byte(c.text), func([]byte) error { return nil })
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("a response that begins with %.60q gives %v, want %q", c.text, err, c.want)
		}
	}
	var r response
	r.feed([]byte(ok+"\r\n"), func([]byte) error { return nil })
	wrong := errors.New("wrong")
	if err := r.feed([]byte("x"), func([]byte) error { return wrong }); err != wrong {
		t.Errorf("the reader's error becomes %v", err)
	}
}
