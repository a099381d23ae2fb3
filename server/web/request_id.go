package web

import (
	"math/rand/v2"
	"net/http"
	"strconv"
)

const headerRequestID = "X-Request-Id" // as net/http writes it

// maxRequestID is the most characters of a request ID. Those of proxies have 16 to 64.
const maxRequestID = 64

// requestID returns a request's ID for the log: the one that a trusted proxy has given it, or else a new one. The same
// request has the same ID every time.
func requestID(r *http.Request) string {
	id := r.Header.Get(headerRequestID) // checkRequestID has removed those that nobody vouches for
	if id == "" {
		id = strconv.FormatUint(rand.Uint64()|1<<63, 36)
		r.Header.Set(headerRequestID, id)
	}
	return id
}

// checkRequestID removes a request's ID, unless it comes from a proxy that is trusted and is a valid one. An invented
// ID would make the lines of two clients look like those of one.
func checkRequestID(r *http.Request, trusted bool) {
	ids := r.Header[headerRequestID]
	if len(ids) > 0 && !(trusted && len(ids) == 1 && isRequestID(ids[0])) {
		r.Header.Del(headerRequestID)
	}
}

// isRequestID reports whether an ID has only characters that need no quotes in a log, nor anywhere else.
func isRequestID(id string) bool {
	if len(id) == 0 || len(id) > maxRequestID {
		return false
	}
	for _, c := range []byte(id) {
		switch {
		case '0' <= c && c <= '9', 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '-', c == '_', c == '.', c == ':':
		default:
			return false
		}
	}
	return true
}
