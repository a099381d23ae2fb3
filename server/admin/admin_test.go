package admin_test

import (
	"bytes"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os/exec"
	"strings"
	"testing"
	"time"

	"flightboard/server/admin"
	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/server/metrics/metricstest"
	"flightboard/server/web"
)

// newHandler returns the admin handler of a site with two feeds and a log on the disk.
func newHandler(t *testing.T, from ...netip.Prefix) http.Handler {
	t.Helper()
	log, _, err := eventlog.Open(t.TempDir(), eventlog.SyncAlways, eventlog.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	logtest.Append(t, log, logtest.Addition(1))
	site := web.New(log, web.Options{
		Feeds: func(time.Time) []web.Health {
			return []web.Health{{Feed: "tower", Accepted: 5}, {Feed: "<script>", Fault: `"gone" & <b>over</b>`}}
		},
		Rejected: func(time.Time) []web.Rejection {
			return []web.Rejection{{Feed: "tower", Rows: 3, Reasons: []string{"<i>row 7</i>"}}}
		}})
	return admin.New(admin.Options{Site: site, Log: log, Version: "flightboard v1", From: from})
}

// get asks a handler; headers are given in pairs.
func get(h http.Handler, peer, host, target string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", target, nil)
	r.RemoteAddr, r.Host = peer, host
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestWhoMayAskWhat(t *testing.T) {
	h := newHandler(t, netip.MustParsePrefix("10.0.0.0/8"))
	for _, c := range []struct {
		peer, host, target string
		site               string
		status             int
	}{
		{"127.0.0.1:9", "localhost:5001", "/metrics", "", 200},
		{"127.0.0.1:9", "127.0.0.1:5001", "/debug/", "", 200},
		{"[::1]:9", "[::1]:5001", "/debug/pprof/", "", 200},
		{"[::1]:9", "localhost.", "/debug/pprof/goroutine?debug=1", "", 200},
		{"127.0.0.1:9", "localhost", "/", "", 303},
		{"127.0.0.1:9", "localhost", "/flights", "", 404},
		{"127.0.0.1:9", "evil.example:5001", "/metrics", "", 403}, // a page that has rebound its name
		{"127.0.0.1:9", "localhost.evil.example", "/debug/", "", 403},
		{"127.0.0.1:9", "", "/debug/", "", 403},
		{"127.0.0.1:9", "localhost", "/debug/pprof/profile?seconds=9", "cross-site", 403},
		{"127.0.0.1:9", "localhost", "/metrics", "same-site", 403},
		{"127.0.0.1:9", "localhost", "/debug/", "cross-site", 200}, // a link
		{"127.0.0.1:9", "localhost", "/metrics", "same-origin", 200},
		{"10.1.2.3:9", "flightboard:5001", "/metrics", "", 200},
		{"[::ffff:10.1.2.3]:9", "flightboard:5001", "/metrics", "", 200},
		{"10.1.2.3:9", "localhost", "/debug/", "", 403},
		{"10.1.2.3:9", "localhost", "/debug/pprof/heap", "", 403},
		{"192.0.2.1:9", "flightboard:5001", "/metrics", "", 403},
		{"@", "localhost", "/metrics", "", 403},
	} {
		var headers []string
		if c.site != "" {
			headers = []string{"Sec-Fetch-Site", c.site}
		}
		if got := get(h, c.peer, c.host, c.target, headers...); got.Code != c.status {
			t.Errorf("%s asks %s for %s (%s) = %d %s, want %d", c.peer, c.host, c.target, c.site, got.Code, got.Body, c.status)
		}
	}
}

func TestAnAddressThatOthersReach(t *testing.T) {
	for address, only := range map[string]bool{"127.0.0.1": true, "::1": true, "127.9.9.9": true, "0.0.0.0": false,
		"::": false, "192.0.2.1": false} {
		if got := admin.AllowsOnlyThisMachine(&net.TCPAddr{IP: net.ParseIP(address)}); got != only {
			t.Errorf("AllowsOnlyThisMachine(%s) = %t", address, got)
		}
	}
}

func TestTheMetricsAreInPrometheusFormat(t *testing.T) {
	answer := get(newHandler(t), "127.0.0.1:9", "localhost", "/metrics")
	if got := answer.Header().Get("Content-Type"); got != "text/plain; version=0.0.4; charset=utf-8" {
		t.Errorf("Content-Type: %s", got)
	}
	families, err := metricstest.Parse(answer.Body.String())
	if err != nil {
		t.Fatal(err)
	}
	values := make(map[string]float64)
	for _, f := range families {
		for _, s := range f.Samples {
			values[s.Name] += s.Value
		}
	}
	for name, want := range map[string]float64{"flightboard_log_changes_total": 1, "flightboard_log_sync_seconds_count": 1,
		"flightboard_log_write_seconds_count": 1, "flightboard_log_append_seconds_count": 1, "flightboard_flights": 1,
		"flightboard_feed_changes_total": 5, "flightboard_feed_failed": 1, "flightboard_build_info": 1,
		"flightboard_healthy": 1, "flightboard_log_history_changes": 1} {
		if got, ok := values[name]; got != want {
			t.Errorf("%s = %v (there: %t), want %v", name, got, ok, want)
		}
	}
	if values["flightboard_memory_bytes"] < 1<<20 || values["flightboard_goroutines"] < 1 {
		t.Errorf("the process has %v bytes and %v goroutines", values["flightboard_memory_bytes"],
			values["flightboard_goroutines"])
	}
	t.Run("promtool", func(t *testing.T) {
		promtool, err := exec.LookPath("promtool")
		if err != nil {
			t.Skip("there is no promtool (Debian: prometheus); package metricstest has checked the page")
		}
		check := exec.Command(promtool, "check", "metrics")
		check.Stdin = bytes.NewReader(answer.Body.Bytes())
		if out, err := check.CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("promtool check metrics: %v\n%s", err, out)
		}
	})
}

func TestTheDebugPageFiltersAndEscapes(t *testing.T) {
	h := newHandler(t)
	page := func(query string) string {
		return get(h, "127.0.0.1:9", "localhost", "/debug/"+query).Body.String()
	}
	all := page("")
	for _, want := range []string{"flightboard v1", "<td>tower<td>", "&lt;script&gt;",
		"&#34;gone&#34; &amp; &lt;b&gt;over&lt;/b&gt;",
		"&lt;i&gt;row 7&lt;/i&gt;", "0 viewers of streams", "</html>"} {
		if !strings.Contains(all, want) {
			t.Errorf("the page lacks %s:\n%s", want, all)
		}
	}
	if some := page("?q=TOW"); !strings.Contains(some, "<td>tower<td>") || strings.Contains(some, "gone") {
		t.Errorf("?q=TOW shows\n%s", some)
	}
	forged := page("?q=" + `%22%3E%3Cscript%3Ealert(1)%3C/script%3E`)
	if strings.Contains(forged, "<script") || !strings.Contains(forged, "None match.") {
		t.Errorf("a query with markup shows\n%s", forged)
	}
}
