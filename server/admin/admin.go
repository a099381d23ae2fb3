// Package admin answers the requests of those who run a server: its metrics for Prometheus, a page about its present
// state, and profiles. It is for a listener of its own, which strangers must not reach.
package admin

import (
	"context"
	"net"
	"net/http"
	"net/http/pprof"
	"net/netip"
	"slices"
	"strings"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/metrics"
	"flightboard/server/web"
	"flightboard/server/web/fanout"
)

// Options of the handler.
type Options struct {
	Site    Site
	Log     Log
	Version string
	From    []netip.Prefix // who may read /metrics, besides this machine
}

// A Site has the viewers and feeds. A *web.Handler is one.
type Site interface {
	WriteMetrics(t *metrics.Text)
	EachViewer(ctx context.Context, f func(fanout.State))
	FeedStates(now time.Time) ([]web.Health, []web.Rejection)
	Health() error
}

// A Log has the numbers of the log. An *eventlog.Log is one.
type Log interface {
	WriteMetrics(t *metrics.Text)
	Stats() eventlog.Stats
}

// New returns the handler of the admin listener.
//
// Requests from this machine get everything. They must name a loopback host, so that no page that has rebound its name
// to 127.0.0.1 can read answers, and must not come from a page of another site. Requests from the networks in
// Options.From get /metrics, which has neither addresses nor texts of clients.
func New(o Options) http.Handler {
	began := time.Now()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		var t metrics.Text
		o.Site.WriteMetrics(&t)
		o.Log.WriteMetrics(&t)
		writeProcess(&t, o.Version, began)
		w.Header().Set("Content-Type", metrics.ContentType)
		w.Write(t.Bytes())
	})
	page := &page{Options: o, began: began}
	mux.Handle("GET /debug/{$}", page)
	mux.Handle("GET /{$}", http.RedirectHandler("/debug/", http.StatusSeeOther))
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; "+
			"frame-ancestors 'none'")
		if reason := o.denies(r); reason != "" {
			http.Error(w, reason, http.StatusForbidden)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// denies returns the reason for which a request is refused, or "".
func (o *Options) denies(r *http.Request) string {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return "the address of the client is unknown"
	}
	address := peer.Addr().Unmap().WithZone("")
	switch {
	case address.IsLoopback():
		if !isLoopbackHost(r.Host) {
			return "from this machine, use localhost as the host"
		}
	case r.URL.Path != "/metrics":
		return "only /metrics may be read from other machines; ssh -L forwards the port"
	case !slices.ContainsFunc(o.From, func(p netip.Prefix) bool { return p.Contains(address) }):
		return "this address is not in -admin-from"
	}
	if site := r.Header.Get("Sec-Fetch-Site"); (site == "cross-site" || site == "same-site") && r.URL.Path != "/debug/" {
		return "pages of other sites may not ask for this"
	}
	return ""
}

// isLoopbackHost reports whether a Host header names this machine.
func isLoopbackHost(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if host = strings.TrimSuffix(strings.ToLower(host), "."); host == "localhost" {
		return true
	}
	address, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && address.Unmap().IsLoopback()
}

// AllowsOnlyThisMachine reports whether a listener's address can only be reached from this machine.
func AllowsOnlyThisMachine(address net.Addr) bool {
	tcp, ok := address.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}
