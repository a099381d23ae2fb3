package program

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/server/flagvalue"
	"flightboard/server/web"
)

// An edge in a process of its own has the board of its origin, and forwards what is posted to it.
func TestAnEdgeFollows(t *testing.T) {
	tokens := filepath.Join(t.TempDir(), "tokens")
	if err := os.WriteFile(tokens, []byte("a-token-of-16-letters"), 0o600); err != nil {
		t.Fatal(err)
	}
	origin, stopOrigin := launch(t, "-feed", "none", "-token-file", tokens)
	defer stopOrigin()
	edge, stopEdge := launch(t, "-follow", origin+"/")
	defer stopEdge()
	request, _ := http.NewRequest(http.MethodPost, edge+"/flights", strings.NewReader(
		`{"flight":"LH400","origin":"Frankfurt","arrival":"10:00"}`))
	request.Header.Set("Authorization", "Bearer a-token-of-16-letters")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("POST at the edge: %s", answer.Status)
	}
	var boards [2]string
	for i, url := range []string{origin, edge} {
		answer, err := http.Get(url + "/flights")
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		boards[i] = answer.Header.Get("ETag") + string(text)
	}
	if boards[0] != boards[1] || !strings.Contains(boards[1], "LH400") {
		t.Errorf("the origin has %s, and the edge %s", boards[0], boards[1])
	}
}

// With an empty log an edge waits for its origin, or viewers would see an empty board. With one of an earlier run it
// serves at once.
func TestAnEmptyEdgeWaits(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, flights := range []int{0, 1} {
		log := eventlog.New(eventlog.Options{})
		for n := range flights {
			logtest.Append(t, log, logtest.Addition(n))
		}
		s := settings{follow: flagvalue.URL{URL: &url.URL{Scheme: "http", Host: "127.0.0.1:1"}}}
		run, end, err := s.followOrigin(ctx, log, nil, &web.Options{Log: slog.New(slog.DiscardHandler)})
		if waited := err != nil; waited != (flights == 0) {
			t.Errorf("with %d flights: waited is %t", flights, waited)
		}
		end()
		if run != nil {
			run(ctx)
		}
	}
}
