//go:build js && wasm

// Package suite is run in a browser by browserexec's test.
package suite

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"syscall/js"
	"testing"
	"time"
)

var want = flag.String("want", "", "the value that the environment must have")

func TestInABrowser(t *testing.T) {
	fmt.Println("on standard output: Zürich")
	fmt.Fprintln(os.Stderr, "on standard error")
	if js.Global().Get("document").Get("body").IsNull() {
		t.Error("there is no document")
	}
	if got := os.Getenv("FLIGHTBOARD_TEST"); got != *want {
		t.Errorf("FLIGHTBOARD_TEST = %q, want %q as in the argument", got, *want)
	}
	if _, err := os.ReadFile("suite_test.go"); err == nil || !strings.Contains(err.Error(), "not implemented") {
		t.Errorf("ReadFile = %v, want the error that it is not implemented", err)
	}
	time.Sleep(time.Millisecond) // The browser's timers wake Go.
	if *want == "failure" {
		t.Error("as wanted")
	}
}
