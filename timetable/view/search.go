package view

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"flightboard/timetable"
	"flightboard/timetable/words"
)

func (l *list) matches(f *timetable.Flight) bool {
	for i := range l.conditions {
		w := &l.conditions[i]
		for i := range w.words {
			if !l.matchesWord(f, w.fields, &w.words[i]) {
				return false
			}
		}
	}
	return true
}

func (l *list) matchesWord(f *timetable.Flight, fields []timetable.Field, w *word) bool {
	for _, c := range fields {
		text := f.Text(c)
		switch {
		case isTime(c):
			text = l.zone.Text(f, c)
		case c == timetable.FieldState && !words.English() && l.contains(stateText(f), w):
			return true // it is also found by its English word, which addresses have
		}
		if text != "" && l.contains(text, w) {
			return true
		}
		if (c == timetable.FieldNumber || c == timetable.FieldCodeshares) &&
			(w.number != w.folded || strings.IndexByte(text, '0') > 0) {
			if l.text = appendNumbers(l.text[:0], text); bytes.Contains(l.text, []byte(w.number)) {
				return true
			}
		}
	}
	return false
}

// contains reports whether a text contains a folded word. It ignores spaces in the text, so that LH400 is found in
// LH 400. It folds only texts that are not ASCII; BenchmarkSearch measures what that saves.
func (l *list) contains(text string, w *word) bool {
	word := w.folded
	first := word[0]
	for i := range len(text) {
		c := text[i]
		if c >= utf8.RuneSelf {
			l.text = appendFold(l.text[:0], text)
			return bytes.Contains(l.text, []byte(word)) || w.unmarked != word && bytes.Contains(l.text, []byte(w.unmarked))
		}
		if lower[c] != first {
			continue
		}
		n := 1
		for k := i + 1; n < len(word) && k < len(text); k++ {
			if lower[text[k]] == word[n] {
				n++
			} else if text[k] != ' ' {
				break
			}
		}
		if n == len(word) {
			return true
		}
	}
	return false
}

// lower folds an ASCII letter and returns any other byte as it is.
var lower = func() (table [256]byte) {
	for i := range table {
		table[i] = byte(i)
	}
	for c := 'A'; c <= 'Z'; c++ {
		table[c] += 'a' - 'A'
	}
	return table
}()
