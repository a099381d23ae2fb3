package mapping

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"flightboard/server/feed/source"
	"flightboard/server/feed/source/sourcetest"
)

var update = flag.Bool("update", false, "write what is read as what is expected")

var _ source.Source = (*Mapping)(nil)

// Each file of testdata has an invented answer in the shape of a real airport's, a mapping, and the rows.
func TestAnswersOfAirports(t *testing.T) {
	files, _ := filepath.Glob("testdata/*.txt")
	if len(files) < 8 {
		t.Fatalf("testdata has %d files", len(files))
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			c := sourcetest.Parse(string(text))
			m, err := Parse(strings.TrimSuffix(filepath.Base(name), ".txt")+".feed.json", []byte(c.Section(".feed.json")),
				Options{Airport: c.Head["airport"]})
			if err != nil {
				t.Fatal(err)
			}
			c.Compare(t, name, c.Read(m), *update)
		})
	}
}
