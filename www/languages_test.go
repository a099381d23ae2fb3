package www

import (
	"encoding/json"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"flightboard/timetable"
	"flightboard/timetable/words"
)

// plurals are the categories that Unicode has for the integers of each language that ships. A test in the browsers
// compares them with theirs.
var plurals = map[string][]string{
	"de": {"one", "other"},
	"es": {"one", "many", "other"},
	"fr": {"one", "many", "other"},
	"he": {"one", "two", "other"},
	"ja": {"other"},
	"zh": {"other"},
}

// A catalogue is a file of the folder languages.
type catalogue struct {
	Direction string            `json:"direction"`
	Texts     map[string]string `json:"texts"`
}

func readCatalogue(t *testing.T, language string) (c catalogue) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(read(t, "languages/"+language+".json")))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		t.Fatal(language, err)
	}
	return c
}

// messages returns the messages of package words: each constant of the type Message, of which the arguments of say and
// count are some. Plurals are by the English text for several; the others have the value false.
func messages(t *testing.T) map[string]bool {
	t.Helper()
	set := token.NewFileSet()
	names, err := filepath.Glob("../timetable/words/*.go")
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	info := types.Info{Types: make(map[ast.Expr]types.TypeAndValue)}
	config := types.Config{Importer: nothing{}, Error: func(error) {}} // what it imports is not needed
	_, _ = config.Check("words", set, files, &info)

	texts, parts := make(map[string]bool), make(map[ast.Expr]bool)
	text := func(e ast.Expr) (string, bool) {
		v := info.Types[e]
		named, ok := v.Type.(*types.Named)
		if !ok || named.Obj().Name() != "Message" || v.Value == nil || v.Value.Kind() != constant.String {
			return "", false
		}
		return constant.StringVal(v.Value), true
	}
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BinaryExpr:
				if _, ok := text(n); ok {
					parts[n.X], parts[n.Y] = true, true // of one message
				}
			case *ast.CallExpr:
				name, _ := n.Fun.(*ast.Ident)
				if name != nil && (name.Name == "count" || name.Name == "counted") {
					for i, argument := range n.Args {
						if _, ok := text(argument); ok {
							other, _ := text(n.Args[i+1])
							texts[other] = true
							parts[argument], parts[n.Args[i+1]] = true, true
							break
						}
					}
				}
			}
			return true
		})
	}
	for e := range info.Types {
		m, ok := text(e)
		if _, known := texts[m]; ok && !known && !parts[e] && m != "" && m != "\x00" {
			texts[m] = false
		}
	}
	for _, state := range timetable.States {
		texts[state] = false
	}
	return texts
}

type nothing struct{}

func (nothing) Import(string) (*types.Package, error) { return types.NewPackage("none", "none"), nil }

func TestEachLanguageHasAllMessages(t *testing.T) {
	want := messages(t)
	if len(want) < 100 || !want["{n} changes waiting"] || want["landed"] {
		t.Fatalf("package words has %d messages; the test does not find them: %v", len(want), want)
	}
	entries, err := fs.ReadDir(Files, "languages")
	if err != nil {
		t.Fatal(err)
	}
	var shipped []string
	for _, entry := range entries {
		shipped = append(shipped, strings.TrimSuffix(entry.Name(), path.Ext(entry.Name())))
	}
	if known := slices.Sorted(maps.Keys(plurals)); !slices.Equal(known, shipped) {
		t.Errorf("the languages are %v, and the test knows %v", shipped, known)
	}
	page := read(t, "index.html")
	for _, language := range shipped {
		if attribute := `data-lang-` + language + `="languages/` + language + `.json"`; !strings.Contains(page, attribute) {
			t.Errorf("the page does not name the file of %s: want %s", language, attribute)
		}
		c := readCatalogue(t, language)
		if (c.Direction == "rtl") != (language == "he") || c.Direction != "ltr" && c.Direction != "rtl" {
			t.Errorf("%s: the direction is %q", language, c.Direction)
		}
		left := maps.Clone(c.Texts)
		for message, plural := range want {
			keys := []string{message}
			if plural {
				keys = nil
				for _, category := range plurals[language] {
					keys = append(keys, message+"_"+category)
				}
			}
			for _, key := range keys {
				text, ok := left[key]
				delete(left, key)
				if !ok {
					t.Errorf("%s has no %q", language, key)
					continue
				}
				for _, problem := range compare(message, text) {
					t.Errorf("%s: %q is %q: %s", language, key, text, problem)
				}
			}
		}
		for key := range left {
			t.Errorf("%s has %q, which is no message or no plural of the language", language, key)
		}
	}
}

var placeholder = regexp.MustCompile(`\{[^}]*\}?`)

// compare returns what a translation lacks, or has too much, of its message. The number may be left out: one may be a
// word.
func compare(message, text string) (problems []string) {
	if strings.TrimSpace(text) == "" {
		problems = append(problems, "empty")
	}
	if strings.ContainsFunc(text, func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
	}) {
		problems = append(problems, "it has a control character; values are isolated by the program")
	}
	want, got := placeholder.FindAllString(message, -1), placeholder.FindAllString(text, -1)
	for _, name := range want {
		if !slices.Contains(got, name) && name != "{n}" {
			problems = append(problems, "no "+name)
		}
	}
	for i, name := range got {
		if !slices.Contains(want, name) || slices.Contains(got[:i], name) {
			problems = append(problems, "one "+name+" too many")
		}
	}
	return problems
}

func TestATranslationIsComparedWithItsMessage(t *testing.T) {
	for _, test := range []struct {
		message, text string
		problems      int
	}{
		{"{n} rows of {feed}", "{feed}: {n} Zeilen", 0},
		{"{n} rows of {feed}", "eine Zeile von {feed}", 0},
		{"{n} rows of {feed}", "{n} Zeilen", 1},
		{"{n} rows of {feed}", "{n} Zeilen von {feed} und {feed}", 1},
		{"{n} rows of {feed}", "{n} Zeilen von {fed}", 2},
		{"Live", "", 1},
		{"Live", "\u200fשידור חי", 1},
	} {
		if got := compare(test.message, test.text); len(got) != test.problems {
			t.Errorf("%q of %q: %q, want %d problems", test.text, test.message, got, test.problems)
		}
	}
}

// A word that stands for a state in no other place is that of one state: readers tell them apart.
func TestStatesHaveDifferentWords(t *testing.T) {
	for language := range plurals {
		states := make(map[string]string)
		for _, state := range timetable.States {
			word := readCatalogue(t, language).Texts[state]
			if other := states[word]; other != "" {
				t.Errorf("%s: %s and %s are both %s", language, other, state, word)
			}
			states[word] = state
		}
	}
}

// foreign finds in the texts of a language what its printers write in another way: without the no-break space before
// French punctuation, with ASCII's quotation marks, or with the narrow punctuation of Latin letters.
var foreign = map[string]*regexp.Regexp{
	"de": regexp.MustCompile(`["'”]`),
	"es": regexp.MustCompile(`["'“”]|^[^¿]*\?|^[^¡]*!`),
	"fr": regexp.MustCompile(`["'“”]| [:;!?»]|[\pL}][:;!?»]|«[^\x{a0}\x{202f}]`),
	"he": regexp.MustCompile(`["'“”]`),
	"ja": regexp.MustCompile(`["'“”;:!?()]|, |\. |\.$`),
	"zh": regexp.MustCompile(`["';:!?()]|, |\. |\.$`),
}

func TestLanguagesHaveTheirPunctuation(t *testing.T) {
	for language := range plurals {
		for english, text := range readCatalogue(t, language).Texts {
			if found := foreign[language].FindString(text); found != "" {
				t.Errorf("%s: %q is %q, which has %q", language, english, text, found)
			}
		}
	}
}

// The page's texts are messages, or the program would show them in English.
func TestThePagesTextsAreMessages(t *testing.T) {
	known := messages(t)
	for _, text := range words.Page {
		if _, ok := known[string(text)]; !ok {
			t.Errorf("%q of words.Page is not found", text)
		}
	}
}
