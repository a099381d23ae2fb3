package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"flightboard/wasm/e2e/browser"
)

func TestGoTestRunsInABrowser(t *testing.T) {
	command := filepath.Join(t.TempDir(), "browserexec")
	if out, err := exec.Command("go", "build", "-o", command, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, kind := range browser.Kinds {
		if _, err := browser.Find(kind); errors.Is(err, browser.ErrNotInstalled) && os.Getenv("CI") != "true" {
			t.Run(string(kind), func(t *testing.T) { t.Skip(err) })
			continue
		}
		for _, outcome := range []struct {
			want string // the environment, and the wanted result of the suite
			code int
		}{{"success", 0}, {"failure", 1}} {
			t.Run(outcome.want+" in "+string(kind), func(t *testing.T) {
				cmd := exec.Command("go", "test", "-v", "-exec", command, "./testdata/suite", "-want", outcome.want)
				cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm",
					"FLIGHTBOARD_BROWSER="+string(kind), "FLIGHTBOARD_TEST="+outcome.want)
				var out bytes.Buffer
				cmd.Stdout, cmd.Stderr = &out, &out
				if cmd.Run(); cmd.ProcessState.ExitCode() != outcome.code {
					t.Errorf("go test exits with %d, want %d", cmd.ProcessState.ExitCode(), outcome.code)
				}
				for _, line := range []string{"on standard output: Zürich\n", "on standard error\n",
					"-- " + map[int]string{0: "PASS", 1: "FAIL"}[outcome.code] + ": TestInABrowser"} {
					if !strings.Contains(out.String(), line) {
						t.Errorf("there is no %q in the output", line)
					}
				}
				if t.Failed() {
					t.Log(out.String())
				}
			})
		}
	}
}

func TestRunSaysWhatIsNoModule(t *testing.T) {
	if _, err := browser.Find(browser.Chromium); err != nil && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	module := filepath.Join(t.TempDir(), "text.test")
	if err := os.WriteFile(module, []byte("not a module"), 0o644); err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	code, err := run(t.Context(), browser.Chromium, []string{module}, nil, &stderr)
	if err != nil || code != 1 || !strings.Contains(stderr.String(), "CompileError") {
		t.Errorf("run = %d, %v, and it writes %q, want 1 and a CompileError", code, err, &stderr)
	}
}
