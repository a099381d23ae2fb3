package www

import (
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flightboard/timetable/words"
)

// modules are the files that boot.js imports for some addresses.
var modules = []string{"kiosk.js", "voice.js"}

// evaluate returns the values of JavaScript expressions, as JSON, in which the functions of a module can be called.
// Without Node the test is skipped; with CI=true it fails.
func evaluate(t *testing.T, module string, expressions ...string) (values []string) {
	t.Helper()
	node, err := exec.LookPath("node")
	switch {
	case err == nil:
	case os.Getenv("CI") == "true":
		t.Fatal("CI=true, and there is no node")
	default:
		t.Skip("there is no node")
	}
	list, _ := json.Marshal(expressions)
	run := exec.CommandContext(t.Context(), node, "--input-type=module")
	run.Stdin = strings.NewReader(read(t, module) +
		"\nconsole.log(JSON.stringify(" + string(list) + ".map(expression => JSON.stringify(eval(expression)))))")
	run.Stderr = t.Output()
	out, err := run.Output()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out, &values); err != nil || len(values) != len(expressions) {
		t.Fatalf("node prints %s: %v", out, err)
	}
	return values
}

// Package words has the texts of the modules, and they have no others.
func TestTheModulesTextsAreThoseOfPackageWords(t *testing.T) {
	var found []string
	for _, module := range modules {
		for _, m := range all(`'([^'\n]*[a-z] [^'\n]*\.)'`, read(t, module)) {
			found = append(found, m[1])
		}
	}
	slices.Sort(found)
	var want []string
	for _, text := range words.Modules {
		want = append(want, string(text))
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("the modules have other texts than words.Modules (-want +got):\n%s", diff)
	}
}

func TestTheDialogsTextsAreThoseOfPackageWords(t *testing.T) {
	var found, want []string
	for _, m := range all(`'([A-Z][\w -]*)'`, read(t, "display.js")) {
		found = append(found, m[1])
	}
	for _, text := range words.Display {
		want = append(want, string(text))
	}
	slices.Sort(found)
	slices.Sort(want)
	if diff := cmp.Diff(want, slices.Compact(found)); diff != "" {
		t.Errorf("display.js has other texts than words.Display (-want +got):\n%s", diff)
	}
}

// Modules are imported under names with hashes, so they import none. The page's policy refuses texts as HTML.
func TestModulesImportNothing(t *testing.T) {
	for _, module := range modules {
		for _, part := range []string{"import(", "import {", "innerHTML", "insertAdjacentHTML", "document.write", "eval("} {
			if strings.Contains(read(t, module), part) {
				t.Errorf("%s has %s", module, part)
			}
		}
		if page := read(t, "index.html"); !strings.Contains(page, `="`+module+`"`) {
			t.Errorf("the page does not have the address of %s", module)
		}
	}
}
