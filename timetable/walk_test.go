package timetable_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// WALK.md promises a file and a function at each step.
func TestEveryStepOfTheWalkIsThere(t *testing.T) {
	page, err := os.ReadFile("WALK.md")
	if err != nil {
		t.Fatal(err)
	}
	steps := regexp.MustCompile("(?m)^\\| \\d+ \\| \\[(.+?)\\]\\((.+?)\\) \\| `(?:(\\w+)\\.)?(\\w+)` \\|").
		FindAllStringSubmatch(string(page), -1)
	if rows := regexp.MustCompile(`(?m)^\| \d+ \|`).FindAll(page, -1); len(steps) != len(rows) {
		t.Errorf("%d of %d steps name a file and a function", len(steps), len(rows))
	}
	if len(steps) < 20 || len(steps) > 40 {
		t.Errorf("the walk has %d steps, want 20 to 40", len(steps))
	}
	for _, step := range steps {
		name, link, receiver, function := step[1], step[2], step[3], step[4]
		text, err := os.ReadFile(link)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		want := `(?m)^func ` + function + `\(`
		if receiver != "" {
			want = `(?m)^func \(\w+ \*?` + receiver + `\) ` + function + `\(`
		}
		if !regexp.MustCompile(want).Match(text) {
			t.Errorf("%s has no function %s %s", name, receiver, function)
		}
		if !strings.HasSuffix(name, strings.TrimLeft(link, "./")) {
			t.Errorf("%s links to %s", name, link)
		}
	}
}
