package program

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// TestTheAdminListenerIsApart starts the server with -admin and asks both listeners.
func TestTheAdminListenerIsApart(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	logs, out := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := run(ctx, []string{"-feed", "none", "-addr", "127.0.0.1:0", "-admin", "127.0.0.1:0"}, out)
		out.Close()
		done <- err
	}()
	urls := make(map[string]string)
	lines := bufio.NewScanner(logs)
	for len(urls) < 2 {
		if !lines.Scan() {
			t.Fatalf("the server does not say where it listens: %v", <-done)
		}
		m := regexp.MustCompile(`msg=(listening|"metrics and profiles") url=(http://127\.0\.0\.1:\d+)`)
		if m := m.FindStringSubmatch(lines.Text()); m != nil {
			urls[strings.Trim(m[1], `"`)] = m[2]
		}
	}
	go func() {
		for lines.Scan() {
		}
	}()
	get := func(url string) (int, string) {
		answer, err := http.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, string(text)
	}
	site, admin := urls["listening"], urls["metrics and profiles"]
	for _, path := range []string{"/metrics", "/debug/", "/debug/pprof/"} {
		if status, text := get(admin + path); status != http.StatusOK || text == "" {
			t.Errorf("GET %s of the admin listener = %d %s", path, status, text)
		}
		if status, _ := get(site + path); status != http.StatusNotFound {
			t.Errorf("GET %s of the site = %d, want 404", path, status)
		}
	}
	if _, text := get(admin + "/metrics"); !strings.Contains(text, `flightboard_build_info{version="flightboard `) {
		t.Errorf("the metrics lack the version:\n%s", text)
	}
	if status, _ := get(admin + "/flights"); status != http.StatusNotFound {
		t.Errorf("GET /flights of the admin listener = %d, want 404", status)
	}
	stop()
	if err := <-done; err != nil {
		t.Errorf("run = %v", err)
	}
	if answer, err := http.Get(admin + "/metrics"); err == nil {
		answer.Body.Close()
		t.Error("the admin listener answers after the server has ended")
	}
}
