package web

import (
	"bytes"
	"errors"
)

var (
	errUTF16   = errors.New("the body is UTF-16: send UTF-8, as JSON has to be")
	errNotUTF8 = errors.New("the line is not UTF-8: send UTF-8, not Latin-1 or Windows-1252")
)

// unmarked returns a body without its byte order mark, or an error if it is UTF-16.
func unmarked(body []byte) (string, error) {
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	if len(body) >= 2 && (body[0] >= 0xfe && body[0]^body[1] == 1 || (body[0] == 0) != (body[1] == 0)) {
		return "", errUTF16
	}
	return string(body), nil
}
