package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// websocketWire is a WebSocket (RFC 6455) whose text messages are the text of the event stream. With gzip it offers
// permessage-deflate (RFC 7692).
type websocketWire struct {
	form     form
	viewer   *viewer
	open101  bool   // the server has agreed
	deflate  bool   // to compress, too
	message  bool   // the message whose frames come is compressed
	rest     []byte // of the head, or of a frame, that has not come to its end
	inflater *inflater
}

// The opcodes of frames (RFC 6455, 5.2), and the bits beside them.
const (
	opContinuation = 0
	opText         = 1
	opClose        = 8
	opPing         = 9
	opPong         = 10

	bitFinal      = 0x80
	bitCompressed = 0x40 // RSV1
	bitMasked     = 0x80
)

// websocketPath is where the servers of the comparison listen.
const websocketPath = "/socket"

func (w *websocketWire) open(host string) []byte {
	var b strings.Builder
	path := websocketPath
	if id := w.viewer.lastEventID(); id != "" {
		path += "?lastEventId=" + id // a browser's WebSocket sends no headers of the page
	}
	// The key and the answer to it are those of RFC 6455, 1.3.
	fmt.Fprintf(&b, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", path, host)
	if w.form.gzip {
		b.WriteString("Sec-WebSocket-Extensions: permessage-deflate\r\n")
	}
	b.WriteString("\r\n")
	return []byte(b.String())
}

func (w *websocketWire) feed(piece []byte) (reply []byte, err error) {
	if len(w.rest) > 0 {
		w.rest = append(w.rest, piece...)
		piece = w.rest
	}
	if !w.open101 {
		end := bytes.Index(piece, []byte("\r\n\r\n"))
		if end < 0 {
			w.rest = slices.Clone(piece)
			return nil, nil
		}
		if err := w.head(piece[:end]); err != nil {
			return nil, err
		}
		piece = piece[end+4:]
	}
	for {
		head, size, ok := frameSize(piece)
		if !ok || len(piece) < head+size {
			break
		}
		if piece[1]&bitMasked != 0 {
			return nil, errors.New("the server's frame is masked")
		}
		if reply, err = w.frame(piece[0], piece[head:head+size], reply); err != nil {
			return nil, err
		}
		piece = piece[head+size:]
	}
	if w.rest = slices.Clone(piece); len(piece) == 0 {
		w.rest = nil
	}
	return reply, nil
}

// frameSize returns the sizes of a frame's head and of its payload; false if the head is incomplete.
func frameSize(b []byte) (head, payload int, ok bool) {
	if len(b) < 2 {
		return 0, 0, false
	}
	switch n := int(b[1] &^ bitMasked); {
	case n < 126:
		return 2, n, true
	case n == 126 && len(b) >= 4:
		return 4, int(binary.BigEndian.Uint16(b[2:])), true
	case n == 127 && len(b) >= 10:
		return 10, int(binary.BigEndian.Uint64(b[2:])), true
	}
	return 0, 0, false
}

func (w *websocketWire) head(head []byte) error {
	if !bytes.HasPrefix(head, []byte("HTTP/1.1 101 ")) {
		return fmt.Errorf("the server answered %.40q, want 101", head)
	}
	if !bytes.Contains(head, []byte("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")) {
		return errors.New("the server's Sec-WebSocket-Accept is wrong")
	}
	w.open101, w.deflate = true, bytes.Contains(head, []byte("permessage-deflate"))
	return nil
}

// deflateTail is what a sender leaves out at the end of a compressed message (RFC 7692, 7.2.1).
var deflateTail = []byte{0, 0, 0xff, 0xff}

func (w *websocketWire) frame(first byte, payload, reply []byte) ([]byte, error) {
	switch op := first & 0xf; op {
	case opText, opContinuation:
		if op == opText {
			w.message = first&bitCompressed != 0
		}
		if !w.message {
			return reply, w.viewer.text(payload)
		}
		if w.inflater == nil {
			w.inflater = newInflater(inflate, w.viewer.text)
		}
		if err := w.inflater.feed(payload); err != nil || first&bitFinal == 0 {
			return reply, err
		}
		return reply, w.inflater.feed(deflateTail)
	case opPing:
		mask := []byte{0, 0, 0, 0} // changes nothing, and is allowed
		reply = append(append(reply, bitFinal|opPong, bitMasked|byte(len(payload))), mask...)
		return append(reply, payload...), nil
	case opPong:
		return reply, nil
	case opClose:
		return nil, errEnded
	}
	return nil, fmt.Errorf("a frame begins with %#x", first)
}

func (w *websocketWire) begun() bool { return w.open101 }

func (w *websocketWire) compressed() bool { return w.deflate }

func (w *websocketWire) close() {
	if w.inflater != nil {
		w.inflater.stop()
		w.inflater = nil
	}
}
