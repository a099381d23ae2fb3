package serve

import (
	"fmt"
	"net"
	"net/http"
	"strings"
)

// Redirect returns a handler that redirects every request to https, at the port of addr, as in :443. A request that
// changes something gets an error: its body, and perhaps a token, has already come without encryption.
func Redirect(addr string) http.Handler {
	_, port, _ := net.SplitHostPort(addr)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		host := r.Host
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
		switch {
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			http.Error(w, "use https; if this request had a token, replace it: it was sent without encryption",
				http.StatusForbidden)
			return
		case host == "":
			http.Error(w, "use https", http.StatusBadRequest)
			return
		}
		if strings.Contains(host, ":") || port != "443" {
			host = net.JoinHostPort(host, port)
		}
		http.Redirect(w, r, fmt.Sprintf("https://%s%s", host, r.URL.RequestURI()), http.StatusPermanentRedirect)
	})
}
