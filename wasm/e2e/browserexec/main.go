// Command browserexec runs a WebAssembly test binary in a real browser, for go test's -exec flag:
//
//	GOOS=js GOARCH=wasm go test -exec browserexec ./...
//
// The tests run in a page of their own in headless Chromium, or in the browser that the environment
// variable FLIGHTBOARD_BROWSER names, chromium or firefox. Arguments, standard output, standard
// error and the exit code are the tests' own. Of the environment they get the
// variables FLIGHTBOARD_…, GO… and CI, because a WebAssembly module's limit for it is small.
//
// There are no files: opening one returns ENOSYS. So profiles cannot be written, and results
// are not cached.
//
//	browserexec -find KIND
//
// prints the path of a browser instead, or that it is not installed.
package main

import (
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"flightboard/wasm/e2e/browser"
)

func main() {
	switch {
	case len(os.Args) < 2:
		fmt.Fprintln(os.Stderr, "usage: go test -exec browserexec, or browserexec -find KIND")
		os.Exit(2)
	case len(os.Args) == 3 && os.Args[1] == "-find":
		path, err := browser.Find(browser.Kind(os.Args[2]))
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(path)
		return
	}
	// go test interrupts what takes too long, and the browser must go with us.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGQUIT)
	defer stop()
	kind := browser.Kind(cmp.Or(os.Getenv("FLIGHTBOARD_BROWSER"), string(browser.Chromium)))
	code, err := run(ctx, kind, os.Args[1:], os.Stdout, os.Stderr)
	if err != nil {
		fmt.Fprintln(os.Stderr, "browserexec:", err)
		code = 1
	}
	os.Exit(code)
}

// run runs the module that args names, with all of args, and returns its exit code.
func run(ctx context.Context, kind browser.Kind, args []string, stdout, stderr io.Writer) (code int, err error) {
	address, err := serve(ctx, args[0])
	if err != nil {
		return 0, err
	}
	b, err := browser.Start(ctx, kind)
	if err != nil {
		return 0, err
	}
	defer b.Close()
	page, err := b.NewPage(ctx, browser.PageOptions{})
	if err != nil {
		return 0, err
	}
	if err := page.Navigate(ctx, address); err != nil {
		return 0, err
	}
	if err := page.Eval(ctx, "void program.run("+quote(arguments(args))+", "+quote(environment())+")", nil); err != nil {
		return 0, err
	}
	for {
		var progress struct {
			Written []struct {
				FD    int
				Bytes []byte
			}
			Exit *int
		}
		if err := page.Eval(ctx, "program.progress()", &progress); err != nil {
			return 0, fmt.Errorf("%w, after the page's messages %v", err, page.Messages())
		}
		for _, w := range progress.Written {
			to := stdout
			if w.FD == 2 {
				to = stderr
			}
			if _, err := to.Write(w.Bytes); err != nil {
				return 0, err
			}
		}
		if progress.Exit != nil {
			return *progress.Exit, nil
		}
	}
}

//go:embed page.html
var document []byte

// serve serves the page and the module for as long as the command runs, and returns the page's address.
func serve(ctx context.Context, module string) (string, error) {
	goroot, err := exec.CommandContext(ctx, "go", "env", "GOROOT").Output()
	if err != nil {
		return "", fmt.Errorf("go env GOROOT: %w", err)
	}
	files := map[string]string{
		"/module.wasm":  module,
		"/wasm_exec.js": filepath.Join(strings.TrimSpace(string(goroot)), "lib", "wasm", "wasm_exec.js"),
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch file, ok := files[r.URL.Path]; {
		case r.URL.Path == "/":
			w.Header().Set("Content-Type", "text/html")
			w.Write(document)
		case ok:
			if r.URL.Path == "/module.wasm" { // The binary's own name ends in .test.
				w.Header().Set("Content-Type", "application/wasm")
			}
			http.ServeFile(w, r, file)
		default:
			http.NotFound(w, r)
		}
	})}
	go server.Serve(listener) // It ends with the command.
	return "http://" + listener.Addr().String() + "/", nil
}

// arguments leaves out the file in which a test notes what it read, for go test's cache: without it
// the result is not cached.
func arguments(args []string) []string {
	return slices.DeleteFunc(slices.Clone(args), func(arg string) bool {
		return strings.HasPrefix(arg, "-test.testlogfile=")
	})
}

// environment returns the variables that a module gets.
func environment() map[string]string {
	env := make(map[string]string)
	for _, variable := range os.Environ() {
		name, value, _ := strings.Cut(variable, "=")
		if name == "CI" || strings.HasPrefix(name, "GO") || strings.HasPrefix(name, "FLIGHTBOARD_") {
			env[name] = value
		}
	}
	return env
}

// quote returns v as JavaScript.
func quote(v any) string {
	b, _ := json.Marshal(v) // Texts and their lists and maps have a JSON form.
	return string(b)
}
