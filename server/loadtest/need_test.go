package main

import (
	"os"
	"os/exec"
	"testing"
)

// need skips the test if a program is not installed; with CI=true the test fails.
func need(t *testing.T, program string) {
	t.Helper()
	_, err := exec.LookPath(program)
	switch {
	case err == nil:
	case os.Getenv("CI") == "true":
		t.Fatal("CI=true, and there is no", program)
	default:
		t.Skip("there is no", program)
	}
}
