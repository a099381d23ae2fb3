package token

import (
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
		{reason: "with an empty file publishing would need no token", file: "\n# none yet\n", err: "holds no token"},
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
			got, err := Read(file, func(name string) (string, bool) {
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
	_, err := Read(filepath.Join(t.TempDir(), "none"), os.LookupEnv)
	if err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("a file that is not there: %v", err)
	}
}
