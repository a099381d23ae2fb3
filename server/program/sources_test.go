package program

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flightboard/server/web"
)

func TestNamesOfFeeds(t *testing.T) {
	err := run(t.Context(), strings.Fields("-feed replay,replay"), io.Discard)
	if !errors.As(err, new(usageError)) || !strings.Contains(err.Error(), "two are called replay") {
		t.Errorf("run(-feed replay,replay) = %v", err)
	}
}

// launch starts the server and returns its URL. The function that it returns stops it.
func launch(t *testing.T, args ...string) (url string, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	logs, out := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := run(ctx, append(args, "-addr", "127.0.0.1:0", "-drain", "0"), out)
		out.CloseWithError(err)
		done <- err
	}()
	lines := bufio.NewScanner(logs)
	listening := regexp.MustCompile(`msg=listening url=(http://127\.0\.0\.1:\d+)`)
	for lines.Scan() {
		if m := listening.FindStringSubmatch(lines.Text()); m != nil {
			url = m[1]
			break
		}
	}
	if url == "" {
		t.Fatalf("the server does not listen: %v", <-done)
	}
	go func() {
		for lines.Scan() {
		}
	}()
	return url, func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("run = %v", err)
		}
	}
}

// sees follows the events until one has the text in its data.
func sees(t *testing.T, url, want string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, "GET", url+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	for events := bufio.NewScanner(answer.Body); events.Scan(); {
		if strings.HasPrefix(events.Text(), "data:") && strings.Contains(events.Text(), want) {
			return
		}
	}
	t.Fatalf("no event has %s", want)
}

// TestFeedsOfTheWholeServer starts the server with two files and a recording, and asks for their health.
func TestFeedsOfTheWholeServer(t *testing.T) {
	folder := t.TempDir()
	tower, gates, day := filepath.Join(folder, "tower.ndjson"), filepath.Join(folder, "gates.csv"),
		filepath.Join(folder, "day.ndjson")
	if err := os.WriteFile(tower, []byte("{\"flight\":\"LH400\",\"state\":\"landing\"}\nnonsense\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(gates, []byte("flight,gate\nBA2,A7\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	url, stop := launch(t, "-feed", tower+",west="+gates, "-record", day, "-open-door")
	sees(t, url, `{"flight":"LH400","state":"landing","feed":"tower"}`)
	sees(t, url, `{"flight":"BA2","gate":"A7","feed":"west"}`)
	if answer, err := http.Post(url+"/flights", "application/json", strings.NewReader("nonsense")); err != nil ||
		answer.StatusCode != 422 {
		t.Fatalf("POST nonsense = %v, %v", answer, err)
	}
	answer, err := http.Get(url + "/healthz?verbose")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var health struct {
		Status string
		Feeds  []web.Health
	}
	if err := json.NewDecoder(answer.Body).Decode(&health); err != nil {
		t.Fatal(err)
	}
	for i := range health.Feeds {
		health.Feeds[i].Last = time.Time{}
	}
	want := []web.Health{{Feed: "POST /flights", Refused: 1}, {Feed: "tower", Accepted: 1, Refused: 1},
		{Feed: "west", Accepted: 1}}
	if diff := cmp.Diff(want, health.Feeds); diff != "" || health.Status != "ok" {
		t.Errorf("status %q, feeds (-want +got):\n%s", health.Status, diff)
	}
	stop()

	url, stop = launch(t, "-feed", day, "-speed", "3600")
	defer stop()
	sees(t, url, `"flight":"LH400"`)
	sees(t, url, `"flight":"BA2"`)
}

// Feeds and publishers meet the same bound: what does not fit of a file is left out, and of a body refused.
func TestTheLimitOfFlightsIsAFlag(t *testing.T) {
	file := filepath.Join(t.TempDir(), "tower.ndjson")
	if err := os.WriteFile(file, []byte(`{"flight":"A1"} {"flight":"B2"} {"flight":"C3"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	url, stop := launch(t, "-feed", file, "-flights", "2", "-open-door")
	defer stop()
	sees(t, url, `"flight":"B2"`)
	body := strings.NewReader("{\"flight\":\"A1\"}\n{\"flight\":\"D4\"}")
	answer, err := http.Post(url+"/flights", "application/json", body)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	want := `{"errors":[{"line":2,"error":"the board is full: it holds at most 2 flights"}]}` + "\n"
	if answer.StatusCode != http.StatusUnprocessableEntity || string(text) != want {
		t.Errorf("POST of one more = %s %s, want 422 %s", answer.Status, text, want)
	}
}

func TestTheRateOfPublishersIsAFlag(t *testing.T) {
	url, stop := launch(t, "-feed", "none", "-open-door", "-rate", "0.001")
	defer stop()
	for i, want := range []int{http.StatusOK, http.StatusTooManyRequests} {
		answer, err := http.Post(url+"/flights", "application/json", strings.NewReader(`{"flight":"LH400"}`))
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("POST %d with -rate 0.001 = %s, want %d", i+1, answer.Status, want)
		}
	}
}
