package www

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"flightboard/timetable"
	"flightboard/timetable/view"
	"flightboard/timetable/words"
)

// all returns all matches of a pattern in a text, with their groups.
func all(pattern, text string) [][]string {
	return regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1)
}

var letter = regexp.MustCompile(`\pL`)

// Package words has all texts that readers see. Those that index.html, style.css and boot.js contain are the same as
// those of words.Page and words.Unscripted. A text that boot.js shows is an argument of say.
func TestThePagesTextsAreThoseOfPackageWords(t *testing.T) {
	page := read(t, "index.html")
	before, rest, _ := strings.Cut(page, "<tbody>") // the flights are not texts of the page
	_, after, _ := strings.Cut(rest, "</tbody>")
	markup := regexp.MustCompile(`(?s)<!--.*?-->`).ReplaceAllString(before+after, "")

	found := make(map[string]string)
	boot := read(t, "boot.js")
	for where, matches := range map[string][][]string{
		"a text":        all(`>([^<]+)`, markup),
		"an attribute":  all(`(?:placeholder|aria-label|title|alt)="([^"]*)"`, markup),
		"a description": all(`name="description" content="([^"]*)"`, markup),
		"the style":     all(`content: "(\pL[^"]*)"`, read(t, "style.css")),
		"boot.js":       append(all(`say\(\s*'([^']+)'`, boot), all("say\\(\\s*`([^`]+)`", boot)...),
		"sw.js":         all(`>([^<>$]+)\$\{when\} UTC`, read(t, "sw.js")),
	} {
		for _, groups := range matches {
			if text := strings.TrimSpace(groups[1]); letter.MatchString(text) {
				found[text] = where
			}
		}
	}
	own := slices.Clone(words.Unscripted)
	for _, text := range words.Page {
		own = append(own, strings.TrimSpace(string(text)))
	}
	for text, where := range found {
		column := slices.ContainsFunc(view.Columns, func(c timetable.Field) bool { return words.Column(c) == text })
		n, _ := strconv.Atoi(strings.TrimSuffix(text, " rows"))
		if !column && text != words.Rows(n) && !slices.Contains(own, text) {
			t.Errorf("%s has %q, which words.Page does not contain", where, text)
		}
	}
	for _, text := range own {
		if found[text] == "" {
			t.Errorf("package words has %q for the page, which does not have it", text)
		}
	}
	if strings.Contains(boot, "showStatus(") && regexp.MustCompile(`showStatus\('\w+', ['`+"`"+`]`).MatchString(boot) {
		t.Error("boot.js shows a text that is no argument of say")
	}
}
