package words

import (
	"strconv"
	"strings"
)

// A Message is an English text, perhaps with placeholders, such as {clock}, and their values. String returns it in the
// language that is set when it is called, so that a message may be kept while the language changes.
type Message string

// With returns the message with values for its placeholders, in the order of the English text.
func (m Message) With(values ...string) Message {
	return m + Message(separator+strings.Join(values, separator))
}

const separator = "\x00" // between a message and its values; no text of a flight has one

// String returns the text.
func (m Message) String() string {
	english, values, filled := strings.Cut(string(m), separator)
	text := english
	if translated := language.texts[english]; translated != "" {
		text = translated
	}
	if !filled {
		return text
	}
	return fill(text, english, strings.Split(values, separator))
}

// count returns the text for n of something. The first placeholder is the number; values are those of the others.
func count(n int, one, other Message, values ...string) string {
	return counted(n, strconv.Itoa(n), one, other, values...)
}

// counted is the same with the number as it is written.
func counted(n int, written string, one, other Message, values ...string) string {
	text := string(other)
	if language.rules == nil {
		if n == 1 {
			text = string(one)
		}
	} else if form := language.texts[text+"_"+language.rules.Plural(n)]; form != "" {
		text = form
	} else if form := language.texts[text+"_other"]; form != "" { // browsers differ in the categories of some languages
		text = form
	}
	return fill(text, string(other), append([]string{written}, values...))
}

// fill puts values in place of a text's placeholders. Where lines run from right to left, each is isolated, so that it
// keeps its own direction.
func fill(text, english string, values []string) string {
	var filled strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		filled.WriteString(before)
		if !found {
			return filled.String()
		}
		name, after, _ := strings.Cut(rest, "}")
		text = after
		at := strings.Index(english, "{"+name+"}")
		if at < 0 {
			continue
		}
		if place := strings.Count(english[:at], "{"); place < len(values) {
			filled.WriteString(isolate(values[place]))
		}
	}
}

func isolate(value string) string {
	if !language.rightToLeft {
		return value
	}
	return "\u2068" + value + "\u2069"
}

// Rules are a language's rules that are not in its catalogue, because the browser knows them.
type Rules interface {
	// Plural returns the category of a number: one, other, or another one of Unicode's.
	Plural(n int) string
	// List joins the lines of a text to a list, as in "A, B and C".
	List(lines string) string
}

// language is the language that is set. Its zero value is English.
var language struct {
	texts       map[string]string // by the English ones; those of plurals by "{n} rows_one" and the like
	rightToLeft bool
	rules       Rules
}

// SetLanguage sets the language of all texts: its catalogue, in which each English text is followed by the translated
// one, with the separator U+001F between any two texts. An empty catalogue is that of English. A text that it does not
// have stays English. SetLanguage must not be called while another goroutine uses the package.
func SetLanguage(catalogue string, rightToLeft bool, rules Rules) {
	language.texts, language.rightToLeft, language.rules = nil, false, nil
	if catalogue == "" {
		return
	}
	texts := make(map[string]string)
	for catalogue != "" {
		var english, text string
		english, catalogue, _ = strings.Cut(catalogue, "\x1f")
		text, catalogue, _ = strings.Cut(catalogue, "\x1f")
		texts[english] = text
	}
	language.texts, language.rightToLeft, language.rules = texts, rightToLeft, rules
}

// list joins names, as the language does.
func list(names []string) string {
	if language.rules == nil {
		return strings.Join(names, ", ")
	}
	var lines []byte
	for i, name := range names {
		if i > 0 {
			lines = append(lines, '\n')
		}
		lines = append(lines, isolate(name)...)
	}
	return language.rules.List(string(lines))
}

// say returns a message with values.
func say(m Message, values ...string) string {
	if len(values) == 0 {
		return m.String()
	}
	return m.With(values...).String()
}
