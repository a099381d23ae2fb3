package mapping

import (
	_ "embed"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

//go:embed README.md
var readme string

// The README's example is read as it says.
func TestTheExampleOfTheREADME(t *testing.T) {
	blocks := strings.Split(readme, "```")
	var json []string
	rows := ""
	for i := 1; i < len(blocks) && rows == ""; i += 2 {
		if text, ok := strings.CutPrefix(blocks[i], "json\n"); ok {
			json = append(json, text)
		} else {
			rows = strings.TrimPrefix(blocks[i], "\n")
		}
	}
	if len(json) != 6 {
		t.Fatalf("README.md has %d blocks of JSON before the rows, want the answer and five parts", len(json))
	}
	m, err := Parse("sjc.feed.json", []byte(strings.Join(json[1:], "")), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(rows, read(m, json[0])); diff != "" {
		t.Errorf("(-README +got):\n%s", diff)
	}
}

// The README has each key of a mapping.
func TestTheREADMEHasEachKey(t *testing.T) {
	_, err := Parse("f", []byte(`{"?": 1}`), Options{})
	_, list, _ := strings.Cut(strings.Split(err.Error(), "\n")[len(strings.Split(err.Error(), "\n"))-1], "want one of ")
	keys := strings.Split(list, ", ")
	if len(keys) < 40 {
		t.Fatalf("Parse names %d keys: %v", len(keys), err)
	}
	for _, key := range keys {
		if !strings.Contains(readme, "`"+key+"`") {
			t.Errorf("README.md lacks %s", key)
		}
	}
}
