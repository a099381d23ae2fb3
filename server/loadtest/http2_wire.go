package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
)

// http2Wire is a stream on an HTTP/2 connection, begun with prior knowledge (RFC 9113, 3.3), and the whole connection
// if its viewer has one. It opens both flow control windows as far as they go, so it never has to widen them.
type http2Wire struct {
	form     form
	viewer   *viewer
	others   []*viewer // who share the connection; their streams follow this one
	rest     []byte    // of a frame that has not come to its end
	headers  bool      // have come
	gzip     bool
	inflater *inflater
}

// The types and flags of frames (RFC 9113, 6).
const (
	frameData         = 0
	frameHeaders      = 1
	frameReset        = 3
	frameSettings     = 4
	framePing         = 6
	frameGoAway       = 7
	frameWindowUpdate = 8

	flagAck        = 0x1
	flagEndStream  = 0x1
	flagEndHeaders = 0x4
	flagPadded     = 0x8
)

const frameHead = 9

// appendFrame appends a frame.
func appendFrame(dst []byte, kind, flags byte, stream uint32, payload []byte) []byte {
	n := len(payload)
	dst = append(dst, byte(n>>16), byte(n>>8), byte(n), kind, flags)
	dst = binary.BigEndian.AppendUint32(dst, stream)
	return append(dst, payload...)
}

func (w *http2Wire) open(host string) []byte {
	const settingsInitialWindowSize, initial = 4, 65535
	all := []byte("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
	window := binary.BigEndian.AppendUint32([]byte{0, settingsInitialWindowSize}, math.MaxInt32)
	all = appendFrame(all, frameSettings, 0, 0, window)
	all = appendFrame(all, frameWindowUpdate, 0, 0, binary.BigEndian.AppendUint32(nil, math.MaxInt32-initial))
	all = w.appendRequest(all, host, 1)
	for i, v := range w.others {
		all = v.wire.(*http2Wire).appendRequest(all, host, uint32(3+2*i))
	}
	return all
}

// appendRequest appends the request for the viewer's stream.
func (w *http2Wire) appendRequest(all []byte, host string, stream uint32) []byte {
	path := "/events"
	if w.form.batch {
		path += "?batch"
	}
	// Names by their index in the static table (RFC 7541, appendix A), values as they are.
	block := []byte{0x82, 0x86} // :method GET, :scheme http
	if w.form.tls {
		block[1] = 0x87 // https
	}
	block = appendText(append(block, 0x04), path)
	block = appendText(append(block, 0x01), host) // :authority
	block = appendText(append(block, 0x0f, 19-15), "text/event-stream")
	if w.form.gzip {
		block = appendText(append(block, 0x0f, 16-15), "gzip") // accept-encoding
	}
	if id := w.viewer.lastEventID(); id != "" {
		block = appendText(appendText(append(block, 0x00), "last-event-id"), id)
	}
	return appendFrame(all, frameHeaders, flagEndHeaders|flagEndStream, stream, block)
}

// appendText appends a string of at most 126 bytes as HPACK has it, without Huffman coding.
func appendText(dst []byte, text string) []byte { return append(append(dst, byte(len(text))), text...) }

func (w *http2Wire) feed(piece []byte) (reply []byte, err error) {
	if len(w.rest) > 0 {
		w.rest = append(w.rest, piece...)
		piece = w.rest
	}
	for len(piece) >= frameHead {
		end := frameHead + int(piece[0])<<16 + int(piece[1])<<8 + int(piece[2])
		if len(piece) < end {
			break
		}
		to := w
		if i := (int(binary.BigEndian.Uint32(piece[5:])) - 3) / 2; i >= 0 && i < len(w.others) {
			w.others[i].now = w.viewer.now
			to = w.others[i].wire.(*http2Wire)
		}
		if reply, err = to.frame(piece[3], piece[4], piece[frameHead:end], reply); err != nil {
			return nil, err
		}
		piece = piece[end:]
	}
	if w.rest = slices.Clone(piece); len(piece) == 0 {
		w.rest = nil
	}
	return reply, nil
}

func (w *http2Wire) frame(kind, flags byte, payload, reply []byte) ([]byte, error) {
	switch kind {
	case frameSettings:
		if flags&flagAck == 0 {
			reply = appendFrame(reply, frameSettings, flagAck, 0, nil)
		}
	case framePing:
		if flags&flagAck == 0 {
			reply = appendFrame(reply, framePing, flagAck, 0, payload)
		}
	case frameHeaders:
		const status200 = 0x80 | 8
		if !w.headers && (len(payload) == 0 || payload[0] != status200) {
			return nil, fmt.Errorf("the server answered with the headers %q, want status 200", payload)
		}
		w.headers = true
		if flags&flagEndStream != 0 {
			return nil, errEnded
		}
	case frameData:
		if flags&flagPadded != 0 {
			return nil, errors.New("the frame is padded")
		}
		if err := w.data(payload); err != nil {
			return nil, err
		}
		if flags&flagEndStream != 0 {
			return nil, errEnded
		}
	case frameReset, frameGoAway:
		return nil, fmt.Errorf("the server ended the stream: frame %d, %x", kind, payload)
	}
	return reply, nil
}

func (w *http2Wire) data(payload []byte) error {
	if w.inflater == nil && w.form.gzip && !w.gzip {
		if len(payload) < 2 || payload[0] != 0x1f || payload[1] != 0x8b {
			return errPlain
		}
		w.gzip = true
		w.inflater = newInflater(gunzip, w.viewer.text)
	}
	if w.gzip {
		return w.inflater.feed(payload)
	}
	return w.viewer.text(payload)
}

func (w *http2Wire) begun() bool { return w.headers }

func (w *http2Wire) compressed() bool { return w.gzip }

func (w *http2Wire) close() {
	if w.inflater != nil {
		w.inflater.stop()
		w.inflater = nil
	}
}
