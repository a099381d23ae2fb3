package presets

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"flightboard/server/feed/source"
	"flightboard/server/feed/source/sourcetest"
)

var update = flag.Bool("update", false, "write what is read as what is expected")

// key is an environment in which every variable is set to its own name.
func key(name string) (string, bool) { return "<" + name + ">", true }

// Each file of testdata has an invented answer in the shape of a preset's source, the requests for it, and the rows.
func TestPresetsReadAnswersOfTheirShape(t *testing.T) {
	files, _ := filepath.Glob("testdata/*.txt")
	tested := map[string]bool{"vatsim": true} // see vatsim_test.go
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			c := sourcetest.Parse(string(text))
			preset, _, _ := strings.Cut(c.Head["preset"], ":")
			tested[preset] = true
			s, err := Open(c.Head["preset"], key)
			if err != nil {
				t.Fatal(err)
			}
			c.Compare(t, name, requests(t, s, c.Head["now"])+c.Read(s), *update)
		})
	}
	for _, name := range Names() {
		if !tested[name] {
			t.Errorf("%s has no answer in testdata", name)
		}
	}
}

// requests formats what a source asks for.
func requests(t *testing.T, s source.Source, now string) string {
	at, err := time.Parse(time.RFC3339, now)
	if err != nil {
		t.Fatal(err)
	}
	all, err := s.Requests(at)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for i := range all {
		fmt.Fprintf(&b, "GET %s\n", all[i].URL)
		for _, header := range []map[string][]string{all[i].Header, all[i].Secret, all[i].Query} {
			for _, name := range slices.Sorted(maps.Keys(header)) {
				fmt.Fprintf(&b, "\t%s: %s\n", name, header[name][0])
			}
		}
	}
	return b.String()
}
