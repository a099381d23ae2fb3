package web

import (
	"net/http"
	"strconv"
	"time"
)

// permissions are what no page of the server needs, nor a page in it. The page asks for full screen, an awake screen
// and notifications.
const permissions = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), " +
	"magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()"

// secured adds the headers to every answer, also to errors, by which browsers neither guess its type nor run scripts in
// it. A handler may replace them: the page has its own policy. Hsts is the time of Strict-Transport-Security; 0:
// without.
func secured(next http.Handler, hsts time.Duration) http.Handler {
	onlyTLS := "max-age=" + strconv.Itoa(int(hsts.Seconds())) // RFC 6797, 6.1
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", permissions)
		if r.TLS != nil { // without TLS browsers ignore it, and complain in the console
			h.Set("Cross-Origin-Opener-Policy", "same-origin")
		}
		if hsts > 0 {
			h.Set("Strict-Transport-Security", onlyTLS)
		}
		next.ServeHTTP(w, r)
	})
}
