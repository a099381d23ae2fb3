package www

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A theme is the custom properties of a rule for :root, by their names.
type theme map[string]string

// themes returns the rules for :root of a style sheet by their selectors, with @media queries before them, and the
// rest of the sheet. Comments are in neither.
func themes(t *testing.T, name string) (rules map[string]theme, rest string) {
	t.Helper()
	rules = make(map[string]theme)
	style := regexp.MustCompile(`(?s)/\*.*?\*/`).ReplaceAllString(read(t, name), "")
	root := regexp.MustCompile(`(?m)(^@media [^{]*\{\s+)?^ *(:root[^{]*) \{\n([^}]*)\}`)
	for _, m := range root.FindAllStringSubmatch(style, -1) {
		properties := make(theme)
		for _, p := range all(`(?s)(--[\w-]+): ([^;]*);`, m[3]) {
			properties[p[1]] = p[2]
		}
		rules[strings.TrimRight(m[1], " {\n")+m[2]] = properties
	}
	return rules, root.ReplaceAllString(style, "")
}

const (
	dark       = ":root"
	light      = `:root:where([data-theme="light"])`
	lightByAsk = "@media (prefers-color-scheme: light):root:where(:not([data-theme]))"
	contrast   = `:root:where([data-theme="contrast"])`
	flap       = `@media screen:root:where([data-theme="flap"])`
)

// A theme is complete with its custom properties: no other rule has a colour or a font of its own. Those of forced
// colours are the reader's.
func TestOnlyThemesHaveColoursAndFonts(t *testing.T) {
	for _, name := range []string{"style.css", "flap/style.css"} {
		_, rest := themes(t, name)
		named := `:[^;{}]*\b(?:black|white|red|green|blue|yellow|orange|gr[ae]y|silver|gold)\b`
		for _, pattern := range []string{
			`#[0-9a-fA-F]{3,8}\b[^{]*[;}]`, `\b(?:rgb|hsl|hwb|lab|lch|oklab|oklch|color)a?\(`, named,
			`font(?:-family)?:[^;]*(?:"|serif|system-ui)`,
		} {
			for _, m := range all(`(?m)^.*`+pattern+`.*$`, rest) {
				t.Errorf("%s has a colour or a font outside of a theme: %s", name, strings.TrimSpace(m[0]))
			}
		}
	}
	rules, rest := themes(t, "style.css")
	if len(rules[dark]) < 15 || !strings.Contains(rest, "header {") || !strings.Contains(rest, "@media print") {
		t.Errorf("the style is not read: %d properties", len(rules[dark]))
	}
}

func TestTheLightThemeIsThatOfLightBrowsers(t *testing.T) {
	rules, _ := themes(t, "style.css")
	if len(rules[light]) < 13 || !maps.Equal(rules[light], rules[lightByAsk]) {
		t.Errorf("?theme=light has %v, and a browser that asks for it %v", rules[light], rules[lightByAsk])
	}
}

// Every custom property that a theme sets is in the table of wasm/README.md, and each theme sets no other.
func TestTheREADMEHasTheThemesProperties(t *testing.T) {
	readme, err := os.ReadFile("../wasm/README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(readme), "\n## Themes\n")
	section, _, _ = strings.Cut(section, "\n## ")
	documented := make(map[string]bool)
	for _, row := range all("(?m)^\\| `--.*$", section) {
		for _, p := range all("`(--[\\w-]+)`", strings.Split(row[0], "|")[1]) {
			documented[p[1]] = true
		}
	}
	rules, _ := themes(t, "style.css")
	flaps, _ := themes(t, "flap/style.css")
	maps.Copy(rules, flaps)
	for _, selector := range []string{dark, light, contrast, flap} {
		if len(rules[selector]) == 0 {
			t.Errorf("there is no rule %s", selector)
		}
		for property := range rules[selector] {
			if !documented[property] && !regexp.MustCompile(`^--(text|space)-\d$`).MatchString(property) {
				t.Errorf("%s sets %s, which wasm/README.md does not have", selector, property)
			}
			if _, ok := rules[dark][property]; !ok && !strings.HasPrefix(property, "--flap") {
				t.Errorf("%s sets %s, which the page does not have", selector, property)
			}
		}
	}
	for property := range documented {
		if !slices.ContainsFunc(slices.Collect(maps.Values(rules)), func(r theme) bool { _, ok := r[property]; return ok }) {
			t.Errorf("wasm/README.md has %s, which no theme sets", property)
		}
	}
}

// The colours of texts have a contrast of 4.5 (WCAG 2.2 AA) on every background, and of 7 (AAA) with high contrast.
func TestColoursAreLegible(t *testing.T) {
	rules, _ := themes(t, "style.css")
	flaps, _ := themes(t, "flap/style.css")
	for name, c := range map[string]struct {
		theme
		least float64
	}{
		"dark": {nil, 4.5}, "light": {rules[light], 4.5}, "contrast": {rules[contrast], 7}, "flap": {flaps[flap], 4.5},
	} {
		colours := maps.Clone(rules[dark])
		maps.Copy(colours, c.theme)
		backgrounds := []string{"--background", "--board", "--board-even"}
		if name == "flap" {
			backgrounds = append(backgrounds, "--flap")
		}
		check := func(text, background string) {
			a, b := luminance(t, colours[text][1:]), luminance(t, colours[background][1:])
			if got := (max(a, b) + .05) / (min(a, b) + .05); got < c.least {
				t.Errorf("%s: %s on %s has a contrast of %.2f, want %v", name, text, background, got, c.least)
			}
		}
		check("--on-band", "--band")
		for _, text := range []string{"foreground", "muted", "accent", "good", "warn", "bad", "diverted", "neutral"} {
			for _, background := range backgrounds {
				check("--"+text, background)
			}
		}
	}
}
