package web

import (
	"context"
	"io"
	"net/http"
	"time"

	"flightboard/server/web/fanout"
)

// piece is how many bytes of a long answer are written within fanout.WriteTimeout, so that a slow reader gets all of
// it, and the connection of one that has stopped is closed.
const piece = 32 << 10

// receivedWithin limits the time for a body. One that no handler reads is limited too: net/http reads it before it
// answers.
func receivedWithin(d time.Duration, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body != http.NoBody { // without a body the deadline would end a long answer
			http.NewResponseController(w).SetReadDeadline(time.Now().Add(d))
		}
		next.ServeHTTP(w, r)
	})
}

// answeredWithin limits the time for an answer, unless its handler sets other deadlines.
func answeredWithin(d time.Duration, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.NewResponseController(w).SetWriteDeadline(time.Now().Add(d))
		next.ServeHTTP(w, r)
	})
}

// endedWithin limits the time for which a handler waits for others: the request's context is done after it.
func endedWithin(d time.Duration, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), d)
		defer cancel()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// inPieces is for long answers. Its handlers must not read the body.
func inPieces(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fanout.LimitUnsent(r.Context(), unsent)
		p := &paced{w, http.NewResponseController(w)}
		next.ServeHTTP(p, r)
		p.renew() // for the bytes that net/http writes afterwards
	})
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
