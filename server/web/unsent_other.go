//go:build !linux

package web

import "net/http"

// limitUnsent limits what the kernel takes for the request's connection and has not sent. It would take megabytes, and
// more only when a part of them is sent: to a slow reader that would look as if he had stopped.
func limitUnsent(r *http.Request) {
	if c, ok := r.Context().Value(connKey{}).(interface{ SetWriteBuffer(bytes int) error }); ok && r.ProtoMajor == 1 {
		c.SetWriteBuffer(4 * piece)
	}
}
