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
	const signs = "!\"$%&'()*+,-./;<=>?@[]^_`{|}~"
	for _, c := range []struct {
		reason, file string
		env          map[string]string
		want         []string // each with its name
		err          string
	}{
		{reason: "none"},
		{reason: "one in the environment", env: map[string]string{"FLIGHTBOARD_TOKEN": a}, want: []string{"token 1:" + a}},
		{reason: "several", env: map[string]string{"FLIGHTBOARD_TOKEN": a, "FLIGHTBOARD_TOKENS": b + ", " + c + "\n" + d},
			want: []string{"token 1:" + a, "token 2:" + b, "token 3:" + c, "token 4:" + d}},
		{reason: "a file with notes", file: "# in use\n" + a + "\r\n\n  " + b + "  \n",
			want: []string{"token 1:" + a, "token 2:" + b}},
		{reason: "both", file: b, env: map[string]string{"FLIGHTBOARD_TOKENS": a},
			want: []string{"token 1:" + a, "token 2:" + b}},
		{reason: "all that ASCII prints", file: signs, want: []string{"token 1:" + signs}},
		{reason: "names", file: "tower-2:" + a + "\n" + b + "\ngate_A:" + c + "\ntower-2:" + d,
			env:  map[string]string{"FLIGHTBOARD_TOKENS": "ops:" + a + "," + b},
			want: []string{"ops:" + a, "token 2:" + b, "tower-2:" + a, "token 4:" + b, "gate_A:" + c, "tower-2:" + d}},
		{reason: "only the first colon ends a name", file: "ops:" + a + ":b", want: []string{"ops:" + a + ":b"}},
		{reason: "a name that is none", file: "ops.secret:" + a, err: "line 1: before the colon of name:token, a name has"},
		{reason: "an empty name", file: ":" + a, err: "line 1: before the colon of name:token, a name has"},
		{reason: "the name does not count", file: "a-long-name-of-ops:secret", err: "a token has at least 16 characters"},
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
			var named []string
			for _, one := range got {
				named = append(named, one.Name+":"+one.Text)
			}
			if diff := cmp.Diff(c.want, named, cmpopts.EquateEmpty()); diff != "" && err == nil {
				t.Errorf("tokens (-want +got):\n%s", diff)
			}
		})
	}
	_, err := Read(filepath.Join(t.TempDir(), "none"), os.LookupEnv)
	if err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("a file that is not there: %v", err)
	}
}
