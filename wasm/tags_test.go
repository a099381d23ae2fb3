//go:build !js

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// This file is the only one of its package that is not for the browser. Because of it the package can be vetted and
// tested by name on any machine, where the others vanish.

// jsPackages have JavaScript values; pure packages have none, and are tested natively as well.
var (
	jsPackages = []string{".", "./dom", "./stream", "./ui"}
	pure       = []string{"./apply", "./follow", "./share", "../timetable/starred", "../timetable/view",
		"../timetable/words"}
)

func TestFilesWithJavaScriptValuesAreForTheBrowser(t *testing.T) {
	for _, folder := range jsPackages {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil || len(files) < 2 {
			t.Fatalf("%s has the files %q, %v", folder, files, err)
		}
		for _, file := range files {
			if file == "tags_test.go" {
				continue
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(string(text), "//go:build js && wasm\n\n") {
				t.Errorf("%s does not begin with //go:build js && wasm", file)
			}
		}
	}
}

// Imports point one way: from main to ui, stream and dom, and from all of these to the pure packages.
func TestImportsPointOneWay(t *testing.T) {
	may := map[string][]string{
		"flightboard/wasm/dom": {},
		"flightboard/wasm/stream": {"flightboard/wasm/dom", "flightboard/wasm/follow", "flightboard/wasm/share",
			"flightboard/timetable/words"},
		"flightboard/wasm/ui": {"flightboard/wasm/dom", "flightboard/wasm/follow", "flightboard/timetable",
			"flightboard/timetable/starred", "flightboard/timetable/view", "flightboard/timetable/words"},
		"flightboard/wasm/apply":        {"flightboard/timetable"},
		"flightboard/wasm/follow":       {"flightboard/timetable/words"},
		"flightboard/wasm/share":        {},
		"flightboard/timetable/starred": {"flightboard/timetable", "flightboard/timetable/words"},
		"flightboard/timetable/view":    {"flightboard/timetable", "flightboard/timetable/words"},
		"flightboard/timetable/words":   {"flightboard/timetable"},
	}
	for pkg, imports := range ownImports(t, append(jsPackages[1:], pure...)) {
		for _, i := range imports {
			if strings.HasPrefix(i, "flightboard/") && !slices.Contains(may[pkg], i) {
				t.Errorf("%s imports %s", pkg, i)
			}
			if i == "github.com/hack-pad/safejs" && (strings.HasPrefix(pkg, "flightboard/timetable/") ||
				slices.Contains([]string{"flightboard/wasm/apply", "flightboard/wasm/follow", "flightboard/wasm/share"}, pkg)) {
				t.Errorf("%s has JavaScript values", pkg)
			}
		}
	}
}

// ownImports returns the imports of packages by their paths.
func ownImports(t *testing.T, packages []string) map[string][]string {
	t.Helper()
	args := []string{"list", "-f", `{{.ImportPath}}{{range .Imports}} {{.}}{{end}}`}
	list := exec.Command("go", append(args, packages...)...)
	list.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	out, err := list.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	imports := make(map[string][]string)
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		imports[fields[0]] = fields[1:]
	}
	if len(imports) != len(packages) {
		t.Fatalf("go list has %d packages, want %d:\n%s", len(imports), len(packages), out)
	}
	return imports
}

// README.md has the client's size. Safejs imports fmt and reflect; slim replaces them when the client is linked.
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
	heavy := []string{"net", "net/http", "net/url", "html", "html/template", "text/template",
		"log", "log/slog", "encoding/json",
		"encoding/xml", "regexp", "math/big", "crypto/sha256", "bufio", "testing"}
	for _, dep := range deps {
		for _, h := range heavy {
			if dep == h {
				t.Errorf("the client imports %s", dep)
			}
		}
	}

	for pkg, imports := range ownImports(t, append(jsPackages, pure...)) {
		for _, i := range imports {
			if i == "fmt" || i == "reflect" || i == "syscall/js" {
				t.Errorf("%s imports %s by itself", pkg, i)
			}
		}
	}
}
