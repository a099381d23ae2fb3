package main

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// socketFrame is a frame as a server sends it.
func socketFrame(first byte, payload string) string {
	head := []byte{first}
	switch n := len(payload); {
	case n < 126:
		head = append(head, byte(n))
	case n < 1<<16:
		head = binary.BigEndian.AppendUint16(append(head, 126), uint16(n))
	default:
		head = binary.BigEndian.AppendUint64(append(head, 127), uint64(n))
	}
	return string(head) + payload
}

const socketHead = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
	"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"

// TestWiresTakePiecesOfAnySize: whatever the pieces are, the viewer has the start and both updates, and the server its
// replies.
func TestWiresTakePiecesOfAnySize(t *testing.T) {
	l := published(2)
	start, first, second := snapshot(t, l, 0), frames(t, l, 0), frames(t, l, 1)
	var z bytes.Buffer
	deflater, _ := flate.NewWriter(&z, 6)
	compressed := func(text string) string {
		z.Reset()
		deflater.Write([]byte(text))
		deflater.Flush()
		return strings.TrimSuffix(z.String(), string(deflateTail))
	}
	http := func(kind, flags byte, payload string) string {
		return string(appendFrame(nil, kind, flags, 1, []byte(payload)))
	}
	answer := func(body string) string {
		const head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: %d\r\n\r\n"
		return fmt.Sprintf(head, len(body)) + body
	}
	ask := string(request("x", form{}, "wait="+pollWait, id(2)))
	for _, c := range []struct {
		name  string
		form  form
		parts []string // the server sends one when it has the viewer's reply to the one before
		reply string   // is at the end of all replies
	}{
		{"HTTP/2", form{over: overHTTP2}, []string{http(frameSettings, 0, "") + http(frameHeaders, flagEndHeaders, "\x88") +
			http(frameData, 0, start+first[:9]) + http(frameWindowUpdate, 0, "\x00\x00\x00\x09") +
			http(frameData, 0, first[9:]+second) + http(framePing, 0, "12345678")},
			string(appendFrame(nil, framePing, flagAck, 0, []byte("12345678")))},
		{"WebSocket", form{over: overWebSocket}, []string{socketHead + "\r\n" + socketFrame(0x81, start) +
			socketFrame(0x01, first) + socketFrame(0x80, second) + socketFrame(0x89, "hello")},
			"\x8a\x85\x00\x00\x00\x00hello"},
		{"WebSocket, deflate", form{over: overWebSocket, gzip: true}, []string{socketHead +
			"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n" + socketFrame(0xc1, compressed(start)) +
			socketFrame(0xc1, compressed(first)) + socketFrame(0xc1, compressed(second)) + socketFrame(0x89, "hello")},
			"hello"},
		{"long-poll", form{over: overPolls}, []string{answer(start), answer(first + second)}, ask},
	} {
		t.Run(c.name, func(t *testing.T) {
			for seed := range uint64(100) {
				r := rand.New(rand.NewPCG(seed, 5))
				l := published(2)
				v := newViewer(l)
				v.request("x", c.form, time.Now())
				var replies []byte
				for _, rest := range c.parts {
					for rest != "" {
						n := 1 + r.IntN(min(len(rest), 1+int(seed)))
						if err := v.receive([]byte(rest[:n]), time.Now()); err != nil {
							t.Fatalf("seed %d: %v", seed, err)
						}
						replies, rest = append(replies, v.reply...), rest[n:]
					}
				}
				if !v.started() || l.tally.Deliveries != 2 {
					t.Fatalf("seed %d: started %v, %d deliveries, want 2", seed, v.started(), l.tally.Deliveries)
				}
				if !bytes.HasSuffix(replies, []byte(c.reply)) {
					t.Fatalf("seed %d: the replies are %q, want %q at their end", seed, replies, c.reply)
				}
				v.close()
			}
		})
	}
}

func TestWiresReturnErrors(t *testing.T) {
	http := func(kind, flags byte, payload string) string {
		return string(appendFrame(nil, kind, flags, 1, []byte(payload)))
	}
	const oneByte = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 1\r\n\r\n"
	for _, c := range []struct {
		over         protocol
		stream, want string
	}{
		{overHTTP2, http(frameHeaders, flagEndHeaders, "\x8d"), "want status 200"},
		{overHTTP2, http(frameHeaders, flagEndHeaders|flagEndStream, "\x88"), errEnded.Error()},
		{overHTTP2, http(frameReset, 0, "\x00\x00\x00\x08"), "ended the stream"},
		{overHTTP2, http(frameData, flagPadded, "\x00"), "padded"},
		{overWebSocket, "HTTP/1.1 426 Upgrade Required\r\n\r\n", "want 101"},
		{overWebSocket, "HTTP/1.1 101 Switching Protocols\r\n\r\n", "Sec-WebSocket-Accept"},
		{overWebSocket, socketHead + "\r\n\x81\x81\x00\x00\x00\x00x", "masked"},
		{overWebSocket, socketHead + "\r\n\x88\x00", errEnded.Error()},
		{overWebSocket, socketHead + "\r\n\x83\x00", "a frame begins with 0x83"},
		{overPolls, oneByte + "xx", "longer than it says"},
		{overPolls, oneByte + "x", "middle of an event"},
		{overPolls, "HTTP/1.1 503 Service Unavailable\r\n\r\n", "503"},
	} {
		v := newViewer(published(1))
		v.request("x", form{over: c.over}, time.Now())
		if err := v.receive([]byte(c.stream), time.Now()); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %q gives %v, want %q", c.over, c.stream, err, c.want)
		}
	}
}
