//go:build !js

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// This file is the only one here that is not for the browser. Because of it the package can be vetted and tested by
// name on any machine, where the others vanish.

func TestEveryOtherFileIsForTheBrowser(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) < 2 {
		t.Fatalf("found %q, %v", files, err)
	}
	for _, file := range files {
		if file == "tags_test.go" {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(string(text), "//go:build js && wasm\n\npackage main\n") &&
			!strings.HasPrefix(string(text), "//go:build js && wasm\n\n// ") {
			t.Errorf("%s does not begin with //go:build js && wasm", file)
		}
	}
}

// README.md has what the client weighs. Safejs imports fmt and reflect; slim replaces them when the client is linked.
func TestTheClientImportsNothingHeavy(t *testing.T) {
	list := exec.Command("go", "list", "-deps", ".")
	list.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	out, err := list.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	deps := strings.Fields(string(out))
	if len(deps) < 10 {
		t.Fatalf("the client depends on %q only", deps)
	}
	heavy := []string{"net", "net/http", "net/url", "html/template", "text/template", "log", "log/slog", "encoding/json",
		"encoding/xml", "regexp", "math/big", "crypto/sha256", "bufio", "testing"}
	for _, dep := range deps {
		for _, h := range heavy {
			if dep == h {
				t.Errorf("the client imports %s", dep)
			}
		}
	}

	own := exec.Command("go", "list", "-f", `{{.ImportPath}}{{range .Imports}} {{.}}{{end}}`,
		".", "./follow", "../timetable/view", "../timetable/words")
	own.Env = list.Env
	if out, err = own.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for line := range strings.Lines(string(out)) {
		imports := strings.Fields(line)
		for _, i := range imports[1:] {
			if i == "fmt" || i == "reflect" || i == "syscall/js" {
				t.Errorf("%s imports %s by itself", imports[0], i)
			}
		}
	}
}
