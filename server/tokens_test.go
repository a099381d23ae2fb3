package main

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestTokens(t *testing.T) {
	a, b, c, d := strings.Repeat("a", 16), strings.Repeat("b", 17), "c3d4-e5f6-0718-293a", strings.Repeat("d", 64)
	const signs = "!\"$%&'()*+,-./:;<=>?@[]^_`{|}~"
	for _, c := range []struct {
		reason, file string
		env          map[string]string
		want         []string
		err          string
	}{
		{reason: "none"},
		{reason: "one in the environment", env: map[string]string{"FLIGHTBOARD_TOKEN": a}, want: []string{a}},
		{reason: "several", env: map[string]string{"FLIGHTBOARD_TOKEN": a, "FLIGHTBOARD_TOKENS": b + ", " + c + "\n" + d},
			want: []string{a, b, c, d}},
		{reason: "a file with notes", file: "# in use\n" + a + "\r\n\n  " + b + "  \n", want: []string{a, b}},
		{reason: "both", file: b, env: map[string]string{"FLIGHTBOARD_TOKENS": a}, want: []string{a, b}},
		{reason: "all that ASCII prints", file: signs, want: []string{signs}},
		{reason: "an empty file would leave the door open", file: "\n# none yet\n", err: "holds no token"},
		{reason: "also beside the environment", file: "\n", env: map[string]string{"FLIGHTBOARD_TOKEN": a},
			err: "holds no token"},
		{reason: "two on a line", file: a + "\n" + b + " " + c + "\n", err: "line 2: a token holds no spaces"},
		{reason: "an empty variable", env: map[string]string{"FLIGHTBOARD_TOKEN": ""},
			err: "$FLIGHTBOARD_TOKEN is set and holds no token"},
		{reason: "a blank one", env: map[string]string{"FLIGHTBOARD_TOKENS": " ,\n"},
			err: "$FLIGHTBOARD_TOKENS is set and holds no token"},
		{reason: "beside one that is right", env: map[string]string{"FLIGHTBOARD_TOKEN": "", "FLIGHTBOARD_TOKENS": a},
			err: "$FLIGHTBOARD_TOKEN is set and holds no token"},
		{reason: "beside a file that is right", file: a, env: map[string]string{"FLIGHTBOARD_TOKENS": ""},
			err: "holds no token"},
		{reason: "one that can be guessed", env: map[string]string{"FLIGHTBOARD_TOKENS": a + ",secret"},
			err: "$FLIGHTBOARD_TOKENS: token 2: a token has at least 16 characters"},
		{reason: "15 characters", file: a + "\n" + a[:15], err: "line 2: a token has at least 16 characters"},
		{reason: "a letter that no header carries", file: "pässwörter-sind-geheim-secret",
			err: "line 1: a token holds printable ASCII characters only"},
		{reason: "a control character", env: map[string]string{"FLIGHTBOARD_TOKEN": a + "\x7fsecret"},
			err: "$FLIGHTBOARD_TOKEN: token 1: a token holds printable ASCII characters only"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			file := ""
			if c.file != "" {
				file = filepath.Join(t.TempDir(), "tokens")
				if err := os.WriteFile(file, []byte(c.file), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			got, err := readTokens(file, func(name string) (string, bool) {
				text, set := c.env[name]
				return text, set
			})
			if (err != nil) != (c.err != "") || err != nil && !strings.Contains(err.Error(), c.err) {
				t.Errorf("error %v, want %q", err, c.err)
			}
			if err != nil && (strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), a[:15])) {
				t.Errorf("error %v holds a token", err)
			}
			if diff := cmp.Diff(c.want, got, cmpopts.EquateEmpty()); diff != "" && err == nil {
				t.Errorf("tokens (-want +got):\n%s", diff)
			}
		})
	}
	_, err := readTokens(filepath.Join(t.TempDir(), "none"), os.LookupEnv)
	if err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("a file that is not there: %v", err)
	}
}

// Only what is a demonstration by all its feeds leaves the door open by itself: a stranger who gets at it through a
// proxy alters nothing that anybody needs.
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

func TestTheLogSaysWhoMayPublish(t *testing.T) {
	for _, c := range []struct {
		tokens int
		open   bool
		want   string
	}{
		{2, false, `msg="publishing needs a token" tokens=2`},
		{1, true, `msg="publishing needs a token" tokens=1`},
		{0, true, `msg="publishing is open to this machine, without a token"`},
		{0, false, `msg="publishing is closed: give the server a token, by -token-file or $FLIGHTBOARD_TOKENS, ` +
			`or -open-door"`},
	} {
		var log strings.Builder
		tellWhoPublishes(slog.New(slog.NewTextHandler(&log, nil)), c.tokens, c.open)
		if line := log.String(); strings.Count(line, "\n") != 1 || !strings.Contains(line, c.want) {
			t.Errorf("%d tokens, open %t: %q, want %s", c.tokens, c.open, line, c.want)
		}
	}
}
