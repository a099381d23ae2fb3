package program

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// Publishing is open by default only if all feeds are demonstrations: it does not matter if a stranger alters such a
// board through a proxy.
func TestWhoMayPublish(t *testing.T) {
	day := filepath.Join(t.TempDir(), "day.ndjson")
	if err := os.WriteFile(day, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args string
		open bool
	}{
		{"", true},
		{"-feed replay", true},
		{"-feed tutorial", true},
		{"-feed replay,tutorial", true},
		{"-feed demo=replay", true},
		{"-feed none", false},
		{"-feed none,replay", false},
		{"-feed -", false},
		{"-feed replay,-", false},
		{"-feed " + day, false},
		{"-feed tutorial,tower=" + day, false},
		{"-feed replay=" + day, false},
		{"-feed replay/" + day, false},
		{"-feed " + day + " -speed 60", false},
		{"-feed replay -file " + day, false},
		{"-file " + day, false},
		{"-feed none -open-door", true},
		{"-feed replay -open-door=false", true},
	} {
		s, err := parse(strings.Fields(c.args), io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.openDoor || s.demonstrates(); got != c.open {
			t.Errorf("flightboard %s: without a token this machine may publish: %t, want %t", c.args, got, c.open)
		}
	}
	for args, want := range map[string]int{"-feed replay": 200, "-feed tutorial": 200, "-feed none": 403,
		"-feed " + day: 403, "-feed none -open-door": 200} {
		url, stop := launch(t, strings.Fields(args)...)
		answer, err := http.Post(url+"/flights", "application/json", strings.NewReader(`{"flight":"LH400"}`))
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("flightboard %s: POST /flights = %s, want %d", args, answer.Status, want)
		}
		stop()
	}
	t.Setenv("FLIGHTBOARD_TOKENS", "a-token-for-the-tests, another-one-of-them")
	url, stop := launch(t, "-feed", "none", "-open-door")
	defer stop()
	for token, want := range map[string]int{"a-token-for-the-tests": 200, "another-one-of-them": 200,
		"a-guess-that-is-wrong": 401, "": 401} {
		r, err := http.NewRequestWithContext(t.Context(), "POST", url+"/flights", strings.NewReader(`{"flight":"LH400"}`))
		if err != nil {
			t.Fatal(err)
		}
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("with the token %q: %s, want %d", token, answer.Status, want)
		}
	}
	t.Setenv("FLIGHTBOARD_TOKENS", "")
	if err := run(t.Context(), []string{"-feed", "none"}, io.Discard); !errors.As(err, new(usageError)) {
		t.Errorf("with an empty variable: %v, want a usage error", err)
	}
}

func TestTheLogReportsWhoMayPublish(t *testing.T) {
	for _, c := range []struct {
		tokens int
		open   bool
		want   string
	}{
		{2, false, `msg="publishing needs a token" tokens=2`},
		{1, true, `msg="publishing needs a token" tokens=1`},
		{0, true, `msg="programs on this machine can publish without a token"`},
		{0, false, `msg="publishing is closed: set a token with -token-file or $FLIGHTBOARD_TOKENS, ` +
			`or use -open-door"`},
	} {
		var log strings.Builder
		logWhoPublishes(slog.New(slog.NewTextHandler(&log, nil)), c.tokens, c.open)
		if line := log.String(); strings.Count(line, "\n") != 1 || !strings.Contains(line, c.want) {
			t.Errorf("%d tokens, open %t: %q, want %s", c.tokens, c.open, line, c.want)
		}
	}
}

// Other users of the machine must not read tokens.
func TestAFileThatOthersMayReadIsWarnedOf(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no bits for other users")
	}
	for mode, warns := range map[os.FileMode]bool{0o600: false, 0o640: false, 0o644: true, 0o602: true} {
		file := filepath.Join(t.TempDir(), "tokens")
		if err := errors.Join(os.WriteFile(file, []byte("0123456789abcdef\n"), 0o600), os.Chmod(file, mode)); err != nil {
			t.Fatal(err)
		}
		var log strings.Builder
		newWatchedFile("-token-file", file).warn(slog.New(slog.NewTextHandler(&log, nil)))
		if strings.Contains(log.String(), "every user of this machine") != warns {
			t.Errorf("mode %v: the log has %q", mode, log.String())
		}
	}
}
