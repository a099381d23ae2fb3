package www

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"
)

// The check runs under the page's policy and from a folder of any host, and embeds all files that it names.
func TestTheCheckHasNoInlineCodeAndNoAbsoluteAddress(t *testing.T) {
	page := read(t, "check.html")
	for pattern, why := range map[string]string{
		`(?i)<style|\sstyle=`:          "inline style",
		`(?i)\son\w+=`:                 "an inline handler",
		`(?is)<script[^>]*>[^<]`:       "an inline script",
		`(?i)(href|src)="(/|[a-z]+:)`:  "an address that is not relative",
		`(?i)<script(?:[^>]*)nomodule`: "a script for old browsers, which get a sentence",
	} {
		if found := regexp.MustCompile(pattern).FindString(page); found != "" {
			t.Errorf("the page has %s: %q", why, found)
		}
	}
	names := []string{"check.js"}
	for _, m := range regexp.MustCompile(`(?:href|src)="([\w.]+)"`).FindAllStringSubmatch(page, -1) {
		names = append(names, m[1])
	}
	for _, script := range []string{"check.js", "measure.js", "verdict.js"} {
		text := read(t, script)
		for _, m := range regexp.MustCompile(`from '\./([\w.]+)'`).FindAllStringSubmatch(text, -1) {
			names = append(names, m[1])
		}
		for _, sink := range []string{"innerHTML", "insertAdjacentHTML", "document.write", "eval(", "?.", "??"} {
			if strings.Contains(text, sink) {
				t.Errorf("%s uses %s, which trusted types refuse or old browsers do not know", script, sink)
			}
		}
	}
	for _, name := range names {
		if _, err := fs.Stat(Files, name); err != nil {
			t.Errorf("the check names a file that does not exist: %v", err)
		}
	}
}

// The style of the board's page, which the check has as well, has no rule for an element of the check.
func TestTheCheckSharesNoIdentityWithTheBoard(t *testing.T) {
	style := read(t, "style.css")
	for _, m := range regexp.MustCompile(`\bid="([\w-]+)"`).FindAllStringSubmatch(read(t, "check.html"), -1) {
		if regexp.MustCompile(`#` + m[1] + `[^\w-]`).MatchString(style) {
			t.Errorf("style.css has a rule for #%s", m[1])
		}
	}
}
