package web

import (
	"net/http"
	"syscall"
)

// limitUnsent limits what the kernel takes for the request's connection and has not sent. It would take megabytes, and
// more only when a third of them is sent: to a slow reader that would look as if he had stopped.
func limitUnsent(r *http.Request) {
	if s, ok := r.Context().Value(connKey{}).(*socket); ok && r.ProtoMajor == 1 {
		const notSentLowWater = 25                                                 // TCP_NOTSENT_LOWAT
		syscall.SetsockoptInt(s.fd, syscall.IPPROTO_TCP, notSentLowWater, 2*piece) // without it the reader needs more speed
	}
}
