package program

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestHealthOfTheServerReportsThatOverridesCannotBeStored(t *testing.T) {
	dir := t.TempDir()
	url, stop := launch(t, "-feed", "none", "-open-door", "-log", dir)
	defer stop()
	post := func(body string, want int) {
		t.Helper()
		answer, err := http.Post(url+"/flights", "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		if text, _ := io.ReadAll(answer.Body); answer.StatusCode != want {
			t.Errorf("POST %s = %d %s, want %d", body, answer.StatusCode, text, want)
		}
	}
	health := func(want string) {
		t.Helper()
		answer, err := http.Get(url + "/healthz")
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		if text, _ := io.ReadAll(answer.Body); !strings.HasPrefix(string(text), want) || strings.Contains(string(text), dir) {
			t.Errorf("GET /healthz = %s, want %s", text, want)
		}
	}
	const override = `{"flight":"A1","belt":"7","until":"2099-01-01T00:00:00Z"}`
	post(`{"flight":"A1"}`, 200)
	if err := os.Mkdir(filepath.Join(dir, "held.ndjson.new"), 0o700); err != nil {
		t.Fatal(err)
	}
	post(override, 503)
	health("overrides: cannot be kept: ")
	if err := os.Remove(filepath.Join(dir, "held.ndjson.new")); err != nil {
		t.Fatal(err)
	}
	post(override, 200)
	health("ok")
}
