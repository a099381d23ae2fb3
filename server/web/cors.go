package web

import (
	"net/http"
	"slices"
	"strings"
)

// cors allows pages of other origins to read. If the board is public, credentials are not allowed, so "*" is safe. If
// it is private, "*" allows pages of all origins to read with a token that they have; the reader's cookie counts only
// for pages of the origins that are listed.
type cors struct {
	origins []string
	private bool
}

// grant writes the headers and reports whether the request's origin is allowed.
func (c cors) grant(w http.ResponseWriter, r *http.Request) bool {
	h, origin := w.Header(), r.Header.Get("Origin")
	listed := origin != "" && origin != "null" && slices.Contains(c.origins, origin)
	all := slices.Contains(c.origins, "*")
	if c.private || !all {
		h.Add("Vary", "Origin")
	}
	switch {
	case c.private && listed:
		h.Set("Access-Control-Allow-Origin", origin)
		h.Set("Access-Control-Allow-Credentials", "true")
	case all:
		h.Set("Access-Control-Allow-Origin", "*")
		if !c.private {
			h.Set("Cross-Origin-Resource-Policy", "cross-origin") // pages may read it without CORS as well
		}
	case listed:
		h.Set("Access-Control-Allow-Origin", origin)
	default:
		return false
	}
	return true
}

func (c cors) allow(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c.grant(w, r) {
			w.Header().Set("Access-Control-Expose-Headers", "ETag, Last-Event-ID")
		}
		next.ServeHTTP(w, r)
	})
}

// preflight answers the CORS preflight request, which browsers send before a request with a header that is not
// safelisted, such as Last-Event-ID from a script. A page of another origin may only read: the guard rejects its POST.
// The other methods of the path are for programs and for the page itself.
func (c cors) preflight(others ...string) http.Handler {
	const reading = "GET, HEAD"
	allow := strings.Join(append([]string{reading, "OPTIONS"}, others...), ", ")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Allow", allow)
		if c.grant(w, r) {
			w.Header().Set("Access-Control-Allow-Methods", reading)
			w.Header().Set("Access-Control-Allow-Headers", "Last-Event-ID, Cache-Control, Authorization, Content-Type")
			w.Header().Set("Access-Control-Max-Age", "86400")
		}
		w.WriteHeader(http.StatusNoContent)
	})
}
