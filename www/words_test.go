package www

import (
	"regexp"
	"slices"
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
// words.Page.
func TestThePagesTextsAreThoseOfPackageWords(t *testing.T) {
	page := read(t, "index.html")
	before, rest, _ := strings.Cut(page, "<tbody>") // the flights are not texts of the page
	_, after, _ := strings.Cut(rest, "</tbody>")
	markup := regexp.MustCompile(`(?s)<!--.*?-->`).ReplaceAllString(before+after, "")

	found := make(map[string]string)
	boot := read(t, "boot.js")
	for where, matches := range map[string][][]string{
		"a text":                all(`>([^<]+)`, markup),
		"an attribute":          all(`(?:placeholder|aria-label|title|alt)="([^"]*)"`, markup),
		"a description":         all(`name="description" content="([^"]*)"`, markup),
		"the style":             all(`content: "(\pL[^"]*)"`, read(t, "style.css")),
		"boot.js":               all(`showStatus\('\w+', '([^']+)'\)`, boot),
		"a part of boot.js":     all("append\\(`([^$]+)\\$", boot),
		"sw.js":                 all(`>([^<>$]+)\$\{when\} UTC`, read(t, "sw.js")),
		"a template of boot.js": all("showStatus\\('\\w+',\\s+`([^$]+)\\$\\{[^}]+\\}([^`]+)`\\)", boot),
	} {

		for _, groups := range matches {
			for _, text := range groups[1:] {
				if text = strings.TrimSpace(text); letter.MatchString(text) {
					found[text] = where
				}
			}
		}
	}
	own := []string{}
	for _, text := range words.Page {
		own = append(own, strings.TrimSpace(text))
	}
	for text, where := range found {
		column := slices.ContainsFunc(view.Columns, func(c timetable.Field) bool { return words.Column(c) == text })
		if !column && !slices.Contains(own, text) {
			t.Errorf("%s has %q, which words.Page does not contain", where, text)
		}
	}
	for _, text := range own {
		if found[text] == "" {
			t.Errorf("words.Page contains %q, which the page does not have", text)
		}
	}
}
