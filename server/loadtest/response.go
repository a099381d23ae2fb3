package main

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
)

// A response takes an HTTP/1.1 response apart while its bytes arrive: the head, then a body that is chunked, has a
// known length, or goes on until the connection ends. net/http would do it with two goroutines and three buffers a
// connection.
type response struct {
	part part
	text []byte // of the head or of a chunk's size line, while it is incomplete
	left int    // bytes of the chunk that are still to come
	gzip bool
}

type part uint8

const (
	inHead part = iota
	inStream
	inSize
	inChunk
	afterChunk
	inBody // whose length is known
)

var (
	errEnded    = errors.New("the server ended the stream")
	errComplete = errors.New("the response is complete")
)

const maxHead = 16 << 10

// feed takes the next piece and calls body for each piece of the body in it. After the last piece of a body whose
// length is known it returns errComplete.
func (r *response) feed(piece []byte, body func([]byte) error) error {
	for len(piece) > 0 {
		switch r.part {
		case inStream:
			return body(piece)
		case inChunk, inBody:
			n := min(r.left, len(piece))
			if err := body(piece[:n]); err != nil {
				return err
			}
			piece = piece[n:]
			switch r.left -= n; {
			case r.left > 0:
			case r.part == inChunk:
				r.part = afterChunk
			case len(piece) > 0:
				return fmt.Errorf("the response is longer than it says: %q", piece)
			default:
				return errComplete
			}
		default:
			n := bytes.IndexByte(piece, '\n') + 1
			if n == 0 {
				n = len(piece)
			}
			r.text = append(r.text, piece[:n]...)
			piece = piece[n:]
			if len(r.text) > maxHead {
				return errors.New("the head of the response is too long")
			}
			if err := r.line(); err != nil {
				return err
			}
		}
	}
	return nil
}

// line acts on the text when it is complete.
func (r *response) line() error {
	switch {
	case !bytes.HasSuffix(r.text, []byte("\r\n")):
		return nil
	case r.part == inHead:
		if !bytes.HasSuffix(r.text, []byte("\r\n\r\n")) {
			return nil
		}
		if err := r.head(); err != nil {
			return err
		}
		r.text = nil // it was long
	case r.part == afterChunk:
		if len(r.text) != 2 {
			return fmt.Errorf("a chunk is longer than it says: %q", r.text)
		}
		r.part = inSize
	default:
		size, _, _ := bytes.Cut(bytes.TrimSpace(r.text), []byte{';'})
		n, err := strconv.ParseInt(string(size), 16, 32)
		if err != nil || n < 0 {
			return fmt.Errorf("chunk size %q", r.text)
		}
		if n == 0 {
			return errEnded
		}
		r.part, r.left = inChunk, int(n)
	}
	r.text = r.text[:0]
	return nil
}

func (r *response) head() error {
	status, fields, _ := bytes.Cut(r.text, []byte("\r\n"))
	if !bytes.HasPrefix(status, []byte("HTTP/1.1 200")) {
		return fmt.Errorf("the server answered %q", status)
	}
	r.part = inStream
	stream := false
	for line := range bytes.SplitSeq(fields, []byte("\r\n")) {
		name, value, _ := bytes.Cut(bytes.ToLower(line), []byte{':'})
		value = bytes.TrimSpace(value)
		switch string(name) {
		case "content-type":
			stream = bytes.HasPrefix(value, []byte("text/event-stream"))
		case "transfer-encoding":
			if string(value) == "chunked" {
				r.part = inSize
			}
		case "content-length":
			n, err := strconv.Atoi(string(value))
			if err != nil || n <= 0 {
				return fmt.Errorf("Content-Length %q", value)
			}
			r.part, r.left = inBody, n
		case "content-encoding":
			r.gzip = string(value) == "gzip"
		}
	}
	if !stream {
		return fmt.Errorf("the response is no event stream: %q", r.text)
	}
	return nil
}
