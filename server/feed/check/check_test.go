package check

import (
	"context"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flightboard/server/feed/mapping"
	"flightboard/server/feed/poll"
	"flightboard/server/feed/source"
)

var update = flag.Bool("update", false, "write the reports into testdata")

// town is a mapping with a key, whose address is replaced.
func town(t *testing.T, address string) source.Source {
	t.Helper()
	text, err := os.ReadFile("testdata/town.feed.json")
	if err != nil {
		t.Fatal(err)
	}
	here := strings.Replace(string(text), "https://api.example.org", address, 1)
	one, err := mapping.Parse("town.feed.json", []byte(here), mapping.Options{Environ: func(name string) (string, bool) {
		return "secret-" + name, true
	}})
	if err != nil {
		t.Fatal(err)
	}
	return one
}

var at = time.Date(2026, 11, 21, 1, 30, 0, 0, time.UTC) // 17:30 in San José

func TestReportOfASavedAnswer(t *testing.T) {
	var out strings.Builder
	options := Options{Answers: []string{"testdata/town.json"}, At: at}
	stands, err := Run(t.Context(), &out, town(t, "https://api.example.org"), options)
	if err != nil {
		t.Fatal(err)
	}
	if stands {
		t.Error("a board stands on an answer of which two rows of five are left out")
	}
	compare(t, "testdata/town.txt", out.String())
}

func compare(t *testing.T, file, got string) {
	t.Helper()
	want, err := os.ReadFile(file)
	if *update {
		err = os.WriteFile(file, []byte(got), 0o644)
		want = []byte(got)
	}
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("(-want +got; -update accepts it)\n%s", diff)
	}
}

// TestReportOfAServersAnswer also shows that the key goes to the server, and not into the report or an error.
func TestReportOfAServersAnswer(t *testing.T) {
	body := `{"data":{"flights":[{"airline":{"code":"AA"},"number":1,"scheduled":"2026-11-20T18:05:00","status":"OT"}]}}`
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/arrivals/SJC" || r.Header.Get("X-Api-Key") != "secret-TOWN_KEY" ||
			!strings.Contains(r.UserAgent(), "me@example.org") {
			t.Errorf("%s with %q as %q", r.URL, r.Header.Get("X-Api-Key"), r.UserAgent())
		}
		w.WriteHeader(status)
		w.Write([]byte(body))
	}))
	defer server.Close()
	var out strings.Builder
	options := Options{Poll: poll.Options{Contact: "me@example.org"}}
	stands, err := Run(t.Context(), &out, town(t, server.URL), options)
	if err != nil || !stands || !strings.Contains(out.String(), "Fri 20 Nov 18:05 -08:00") {
		t.Errorf("stands %t, error %v:\n%s", stands, err, out.String())
	}
	for _, wrong := range []struct {
		status int
		body   string
		want   string
	}{
		{401, "", "$TOWN_KEY"}, {200, "<html><title>Hello</title>", "HTML"}, {200, `{"data":`, "JSON"},
		{200, `{"data":{"flight":[]}}`, "flights"}, {500, "", "500"},
	} {
		status, body = wrong.status, wrong.body
		out.Reset()
		stands, err := Run(context.Background(), &out, town(t, server.URL), options)
		if stands || err == nil || !strings.Contains(err.Error(), wrong.want) {
			t.Errorf("%d %s: stands %t, error %v, want %s in it", wrong.status, wrong.body, stands, err, wrong.want)
		}
		if strings.Contains(out.String()+err.Error(), "secret") {
			t.Errorf("the key is in the report or the error: %v\n%s", err, out.String())
		}
	}
}

func TestEmptyAnswerIsNoBoard(t *testing.T) {
	file := t.TempDir() + "/empty.json"
	if err := os.WriteFile(file, []byte(`{"data":{"flights":[]}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	stands, err := Run(t.Context(), &out, town(t, "https://api.example.org"), Options{Answers: []string{file}})
	if stands || err != nil || !strings.Contains(out.String(), "No board would stand on this answer.") {
		t.Errorf("stands %t, error %v:\n%s", stands, err, out.String())
	}
}
