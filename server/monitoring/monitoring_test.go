// Package monitoring has tests of the files for Prometheus and Grafana.
package monitoring

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"flightboard/server/admin"
	"flightboard/server/eventlog"
	"flightboard/server/metrics/metricstest"
	"flightboard/server/web"
)

// families returns the metrics of a server, by the names that queries use.
func families(t *testing.T) (all []metricstest.Family, byName map[string]bool) {
	t.Helper()
	log, _, err := eventlog.Open(t.TempDir(), eventlog.SyncAlways, eventlog.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	feeds := func(time.Time) []web.Health { return []web.Health{{Feed: "tower"}} }
	h := admin.New(admin.Options{Site: web.New(log, web.Options{Feeds: feeds}), Log: log})
	r, w := httptest.NewRequest("GET", "/metrics", nil), httptest.NewRecorder()
	r.RemoteAddr, r.Host = "127.0.0.1:9", "localhost"
	h.ServeHTTP(w, r)
	if all, err = metricstest.Parse(w.Body.String()); err != nil {
		t.Fatal(err)
	}
	byName = make(map[string]bool)
	for _, f := range all {
		byName[f.Name] = true
		for _, s := range f.Samples {
			byName[s.Name] = true
		}
	}
	return all, byName
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var metricName = regexp.MustCompile(`flightboard_[a-z_]+[a-z]`)

func TestTheFilesUseMetricsThatTheServerHas(t *testing.T) {
	_, known := families(t)
	for _, file := range []string{"alerts.yml", "alerts_test.yml", "grafana.json", "../README.md"} {
		names := metricName.FindAllString(read(t, file), -1)
		for _, name := range names {
			if !known[name] {
				t.Errorf("%s has %s, which is not a metric of the server", file, name)
			}
		}
		if len(names) < 3 {
			t.Errorf("%s has only the metrics %v", file, names)
		}
	}
}

func TestTheReadmeHasAllMetrics(t *testing.T) {
	all, _ := families(t)
	readme := read(t, "../README.md")
	for _, f := range all {
		if !strings.Contains(readme, "`"+f.Name+"`") {
			t.Errorf("server/README.md lacks %s: %s", f.Name, f.Help)
		}
	}
}

// expressions returns the queries of the dashboard, with Grafana's variables replaced.
func expressions(t *testing.T) (all []string) {
	t.Helper()
	var dashboard struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal([]byte(read(t, "grafana.json")), &dashboard); err != nil {
		t.Fatal(err)
	}
	for _, panel := range dashboard.Panels {
		if panel.Title == "" || len(panel.Targets) == 0 {
			t.Errorf("the panel %+v has no title or no query", panel)
		}
		for _, target := range panel.Targets {
			all = append(all, strings.NewReplacer("$__rate_interval", "1m", "$instance", ".*").Replace(target.Expr))
		}
	}
	if len(all) < 10 {
		t.Errorf("the dashboard has only %d queries", len(all))
	}
	return all
}

func TestPromtoolAcceptsTheFiles(t *testing.T) {
	queries := expressions(t)
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("there is no promtool (Debian: prometheus); alerts and queries are not evaluated")
	}
	var rules strings.Builder
	rules.WriteString("groups:\n- name: dashboard\n  rules:\n")
	for i, query := range queries {
		fmt.Fprintf(&rules, "  - {record: 'dashboard:query%d', expr: '%s'}\n", i, query)
	}
	dashboard := filepath.Join(t.TempDir(), "dashboard.yml")
	if err := os.WriteFile(dashboard, []byte(rules.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"test", "rules", "alerts_test.yml"}, {"check", "config", "prometheus.yml"},
		{"check", "rules", dashboard}} {
		if out, err := exec.Command(promtool, args...).CombinedOutput(); err != nil {
			t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
}
