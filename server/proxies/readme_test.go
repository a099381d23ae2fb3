package proxies

import (
	"os"
	"strings"
	"testing"
)

// TestThePagesHaveTheConfigurations compares the blocks of code in README.md and scale.md with the files that the tests
// use.
func TestThePagesHaveTheConfigurations(t *testing.T) {
	for page, names := range map[string][]string{
		"../README.md": {"nginx.conf", "haproxy.cfg", "Caddyfile", "varnish.vcl"},
		"../scale.md": {"scale/origin.conf", "scale/edge.conf", "scale/edge.service.conf", "scale/haproxy.cfg",
			"scale/compose.yaml"},
	} {
		all, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			link := "[proxies/" + name + "](proxies/" + name + ")"
			_, after, ok := strings.Cut(string(all), link)
			if !ok {
				t.Errorf("%s has no %s", page, link)
				continue
			}
			_, after, _ = strings.Cut(after, "```")
			_, after, _ = strings.Cut(after, "\n")
			block, _, _ := strings.Cut(after, "```")
			if block != string(text) {
				t.Errorf("%s: the block after %s is not the file's text:\n%s", page, link, block)
			}
		}
	}
}
