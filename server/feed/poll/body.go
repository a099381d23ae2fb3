package poll

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"strings"
)

var errHalf = errors.New("the response breaks off")

// readBody reads a body as it comes, decompressed, and counts it against room.
func readBody(r *http.Response, room *int64) ([]byte, error) {
	if r.ContentLength > *room {
		return nil, errLarge
	}
	from := io.Reader(r.Body)
	if strings.EqualFold(strings.TrimSpace(r.Header.Get("Content-Encoding")), "gzip") && !r.Uncompressed {
		var err error
		if from, err = gzip.NewReader(from); err != nil {
			return nil, half(err)
		}
	}
	var body bytes.Buffer
	n, err := body.ReadFrom(io.LimitReader(from, *room+1))
	switch {
	case err != nil:
		return nil, half(err)
	case n > *room:
		return nil, errLarge
	}
	*room -= n
	return body.Bytes(), nil
}

// half names the error of a body that ends too early.
func half(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return errHalf
	}
	return err
}
