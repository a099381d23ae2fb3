package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestTokens(t *testing.T) {
	for _, c := range []struct {
		reason, file string
		env          map[string]string
		want         []string
		err          string
	}{
		{reason: "none"},
		{reason: "one in the environment", env: map[string]string{"FLIGHTBOARD_TOKEN": "a"}, want: []string{"a"}},
		{reason: "several", env: map[string]string{"FLIGHTBOARD_TOKEN": "a", "FLIGHTBOARD_TOKENS": "b, c\nd"}, want: []string{"a", "b", "c", "d"}},
		{reason: "a file with notes", file: "# in use\na\r\n\n  b  \n", want: []string{"a", "b"}},
		{reason: "both", file: "b", env: map[string]string{"FLIGHTBOARD_TOKENS": "a"}, want: []string{"a", "b"}},
		{reason: "an empty file would leave the door open", file: "\n# none yet\n", err: "holds no token"},
		{reason: "also beside the environment", file: "\n", env: map[string]string{"FLIGHTBOARD_TOKEN": "a"}, err: "holds no token"},
		{reason: "two on a line", file: "a\nb c\n", err: "line 2: a token holds no spaces"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			file := ""
			if c.file != "" {
				file = filepath.Join(t.TempDir(), "tokens")
				if err := os.WriteFile(file, []byte(c.file), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			got, err := readTokens(file, func(name string) string { return c.env[name] })
			if (err != nil) != (c.err != "") || err != nil && !strings.Contains(err.Error(), c.err) {
				t.Errorf("error %v, want %q", err, c.err)
			}
			if diff := cmp.Diff(c.want, got, cmpopts.EquateEmpty()); diff != "" && err == nil {
				t.Errorf("tokens (-want +got):\n%s", diff)
			}
		})
	}
	if _, err := readTokens(filepath.Join(t.TempDir(), "none"), os.Getenv); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("a file that is not there: %v", err)
	}
}
