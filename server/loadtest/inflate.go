package main

import (
	"compress/flate"
	"compress/gzip"
	"io"
	"iter"
)

// An inflater decompresses a stream that arrives in pieces. The decompressor of the standard library asks for its
// input; here the input comes when it comes. So the decompressor runs as a coroutine, which is resumed with each piece
// and comes back when it asks for more.
type inflater struct {
	piece  []byte
	resume func() (error, bool)
	stop   func() // ends the coroutine
	more   func(error) bool
}

// gunzip opens a gzip stream.
func gunzip(from io.Reader) (io.Reader, error) { return gzip.NewReader(from) }

// inflate opens a DEFLATE stream.
func inflate(from io.Reader) (io.Reader, error) { return flate.NewReader(from), nil }

func newInflater(open func(io.Reader) (io.Reader, error), out func([]byte) error) *inflater {
	f := new(inflater)
	f.resume, f.stop = iter.Pull(func(more func(error) bool) {
		f.more = more
		more(f.run(open, out))
	})
	return f
}

func (f *inflater) run(open func(io.Reader) (io.Reader, error), out func([]byte) error) error {
	in, err := open(f)
	if err != nil {
		return err
	}
	text := make([]byte, 4<<10)
	for {
		n, err := in.Read(text)
		if n > 0 {
			if err := out(text[:n]); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return errEnded
		}
		if err != nil {
			return err
		}
	}
}

// Read gives the decompressor what has come.
func (f *inflater) Read(b []byte) (int, error) {
	for len(f.piece) == 0 {
		if !f.more(nil) {
			return 0, io.ErrClosedPipe
		}
	}
	n := copy(b, f.piece)
	f.piece = f.piece[n:]
	return n, nil
}

// feed decompresses the next piece. All that a flush has completed is out when it returns.
func (f *inflater) feed(piece []byte) error {
	f.piece = piece
	err, ok := f.resume()
	if err == nil && !ok {
		return io.ErrClosedPipe // it has ended with an error before
	}
	return err
}
