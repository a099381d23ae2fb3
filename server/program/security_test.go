package program

import (
	"io/fs"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// The tests that security.md names are there.
func TestTheSecurityChecklistNamesTests(t *testing.T) {
	page, err := os.ReadFile("../security.md")
	if err != nil {
		t.Fatal(err)
	}
	var tests strings.Builder
	root := os.DirFS("../..")
	err = fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, "_test.go") {
			return err
		}
		text, err := fs.ReadFile(root, name)
		tests.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile("`((Test|Fuzz)[A-Za-z0-9]+)`").FindAllStringSubmatch(string(page), -1)
	if len(named) < 40 {
		t.Errorf("the page names %d tests", len(named))
	}
	for _, name := range named {
		if !strings.Contains(tests.String(), "func "+name[1]+"(") {
			t.Errorf("the page names %s, which is no test", name[1])
		}
	}
	for _, file := range regexp.MustCompile(`\]\(([^)#]+)`).FindAllStringSubmatch(string(page), -1) {
		if _, err := os.Stat("../" + file[1]); err != nil {
			t.Errorf("the page has a link to nowhere: %v", err)
		}
	}
}

// TestTheServerNeedsTheStandardLibraryOnly looks at all packages that are linked.
func TestTheServerNeedsTheStandardLibraryOnly(t *testing.T) {
	list, err := exec.Command("go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}",
		"flightboard/server").Output()
	if err != nil {
		t.Fatal(err)
	}
	packages := strings.Fields(string(list))
	for _, path := range packages {
		if !strings.HasPrefix(path, "flightboard/") {
			t.Errorf("the server has %s", path)
		}
	}
	if len(packages) < 10 {
		t.Errorf("the server has %q", packages)
	}
}
