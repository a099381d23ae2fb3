package proxies

import (
	"os"
	"strings"
	"testing"
)

// TestTheReadmeHasTheConfigurations compares the blocks of code in README.md with the files that the tests use.
func TestTheReadmeHasTheConfigurations(t *testing.T) {
	page, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"nginx.conf", "haproxy.cfg", "Caddyfile", "varnish.vcl"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		link := "[proxies/" + name + "](proxies/" + name + ")"
		_, after, ok := strings.Cut(string(page), link)
		if !ok {
			t.Errorf("README.md has no %s", link)
			continue
		}
		_, after, _ = strings.Cut(after, "```")
		_, after, _ = strings.Cut(after, "\n")
		block, _, _ := strings.Cut(after, "```")
		if block != string(text) {
			t.Errorf("the block after %s is not the file's text:\n%s", link, block)
		}
	}
}
