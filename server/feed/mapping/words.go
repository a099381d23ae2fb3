package mapping

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"flightboard/timetable"
)

// words is a table of a source's words. An empty value means that the word says nothing.
type words struct {
	whole    map[string]string // by the folded word
	prefixes []prefix          // the longest first
}

type prefix struct{ lower, value string }

func newWords(table map[string]string) *words {
	w := &words{whole: map[string]string{}}
	for word, value := range table {
		word = tidy(word)
		w.whole[fold(word)] = value
		w.prefixes = append(w.prefixes, prefix{strings.ToLower(word), value})
	}
	slices.SortFunc(w.prefixes, func(a, b prefix) int {
		if n := len(b.lower) - len(a.lower); n != 0 {
			return n
		}
		return strings.Compare(a.lower, b.lower)
	})
	return w
}

// find returns the value of a text, or of the longest word with which it begins, as in Landed 06:51.
func (w *words) find(text string) (value string, ok bool) {
	if w == nil {
		return "", false
	}
	if value, ok := w.whole[fold(text)]; ok {
		return value, true
	}
	lower := strings.ToLower(text)
	for _, p := range w.prefixes {
		rest, ok := strings.CutPrefix(lower, p.lower)
		next, _ := utf8.DecodeRuneInString(rest)
		if ok && p.lower != "" && !unicode.IsLetter(next) && !unicode.IsDigit(next) {
			return p.value, true
		}
	}
	return "", false
}

// state returns the state of a row. word is the source's word if neither the table nor package timetable knows it.
func (r *reader) state(row uint32) (state, word string) {
	for _, v := range r.mapping.state {
		texts := r.texts(v, row)
		known := false
		for _, text := range texts {
			if state, known = v.words.find(text); known {
				break
			}
		}
		for i := 0; !known && i < len(texts); i++ {
			state = usualState(texts[i])
			known = state != ""
		}
		if state != "" {
			return state, ""
		}
		if !known && len(texts) > 0 && word == "" {
			word = texts[0]
		}
	}
	if count := r.answer.Unmapped; word != "" && (len(count) < mostComplaints || count[clip(word)] > 0) {
		count[clip(word)]++
	}
	return "", word
}

// usualState returns the state that a text means without a table, as do Canceled and Delayed 4:44 PM.
func usualState(text string) string {
	if state := timetable.StateOf(text); state != "" {
		return state
	}
	digit := strings.IndexFunc(text, unicode.IsDigit)
	if digit <= 0 {
		return ""
	}
	before := strings.TrimRight(text[:digit], " :-(,")
	if lower := strings.ToLower(before); strings.HasSuffix(lower, " at") {
		before = before[:len(before)-len(" at")]
	}
	return timetable.StateOf(before)
}
