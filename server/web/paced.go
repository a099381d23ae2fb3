package web

import (
	"io"
	"net/http"
	"time"

	"flightboard/server/web/fanout"
)

// Limits of a request's time. A body must come within bodyTimeout, which is enough for 1 MiB over a slow line. An
// answer is written in pieces, each within fanout.WriteTimeout, so that a slow reader gets all of it, and the
// connection of one that has stopped is closed.
const (
	bodyTimeout = 30 * time.Second
	piece       = 32 << 10 // bytes
)

// bounded limits the time for a body, and for an answer as short as those to publishers.
func bounded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		to := http.NewResponseController(w)
		if r.Body != http.NoBody { // without a body the deadline would end a long answer
			to.SetReadDeadline(time.Now().Add(bodyTimeout))
		}
		to.SetWriteDeadline(time.Now().Add(bodyTimeout + fanout.WriteTimeout))
		next.ServeHTTP(w, r)
	})
}

// inPieces does what bounded does, for long answers. Its handlers must not read the body.
func inPieces(next http.Handler) http.Handler {
	return bounded(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fanout.LimitUnsent(r.Context(), unsent)
		p := &paced{w, http.NewResponseController(w)}
		next.ServeHTTP(p, r)
		p.renew() // for the bytes that net/http writes afterwards
	}))
}

// paced writes in pieces, each with its own deadline.
type paced struct {
	http.ResponseWriter
	to *http.ResponseController
}

func (p *paced) renew() { p.to.SetWriteDeadline(time.Now().Add(fanout.WriteTimeout)) }

// Write writes all of b, or fails.
func (p *paced) Write(b []byte) (n int, err error) {
	for {
		p.renew()
		m, err := p.ResponseWriter.Write(b[n:min(n+piece, len(b))])
		if n += m; err != nil || n == len(b) {
			return n, err
		}
	}
}

// ReadFrom copies by net/http's own ReadFrom.
func (p *paced) ReadFrom(from io.Reader) (n int64, err error) {
	for err == nil {
		p.renew()
		var m int64
		m, err = io.CopyN(p.ResponseWriter, from, piece)
		n += m
	}
	if err == io.EOF {
		err = nil
	}
	return n, err
}

// Unwrap is for http.ResponseController.
func (p *paced) Unwrap() http.ResponseWriter { return p.ResponseWriter }
