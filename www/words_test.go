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

var letter = regexp.MustCompile(`\pL`)

// A language is one file, package words: what the page, its style and its boot script say to people by themselves is
// what that file says, and all of what it has for them is said.
func TestEveryWordOfThePageIsInOneFile(t *testing.T) {
	page := read(t, "index.html")
	begin, rest, _ := strings.Cut(page, "<tbody>") // flights are no words of ours
	_, end, _ := strings.Cut(rest, "</tbody>")
	markup := regexp.MustCompile(`(?s)<!--.*?-->`).ReplaceAllString(begin+end, "")

	said := make(map[string]string)
	for where, found := range map[string][][]string{
		"a text":         regexp.MustCompile(`>([^<]+)`).FindAllStringSubmatch(markup, -1),
		"an attribute":   regexp.MustCompile(`(?:placeholder|aria-label|title|alt)="([^"]*)"`).FindAllStringSubmatch(markup, -1),
		"a description":  regexp.MustCompile(`name="description" content="([^"]*)"`).FindAllStringSubmatch(markup, -1),
		"the style":      regexp.MustCompile(`content: "(\pL[^"]*)"`).FindAllStringSubmatch(read(t, "style.css"), -1),
		"boot.js":        regexp.MustCompile(`say\('\w+', '([^']+)'\)`).FindAllStringSubmatch(read(t, "boot.js"), -1),
		"boot.js's rest": regexp.MustCompile("say\\('\\w+', `([^$]+)\\$\\{[^}]+\\}([^`]+)`\\)").FindAllStringSubmatch(read(t, "boot.js"), -1),
	} {
		for _, groups := range found {
			for _, text := range groups[1:] {
				if text = strings.TrimSpace(text); letter.MatchString(text) {
					said[text] = where
				}
			}
		}
	}
	own := []string{}
	for _, text := range words.Page {
		own = append(own, strings.TrimSpace(text))
	}
	for text, where := range said {
		column := slices.ContainsFunc(view.Columns, func(c timetable.Field) bool { return words.Column(c) == text })
		if !column && !slices.Contains(own, text) {
			t.Errorf("%s says %q, which package words does not have", where, text)
		}
	}
	for _, text := range own {
		if said[text] == "" {
			t.Errorf("package words has %q for the page, which does not say it", text)
		}
	}
}
