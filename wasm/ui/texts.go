//go:build js && wasm

package ui

import (
	"strings"

	"github.com/hack-pad/safejs"

	"flightboard/timetable"
	"flightboard/timetable/view"
)

// Texts collects texts for cells, so that many are written with one call: a call takes longer than writing a text.
type texts struct {
	write  safejs.Value // boot.js's function
	rows   []any        // elements
	joined []byte       // for each row the place of its cell, as a digit or the character after 9, and its text
}

// textsAtMost is how many texts are written with one call.
const textsAtMost = 500

// SetText implements [view.Surface]. A text node that is all that is in the cell is written into, so that a selection
// in it survives. Whatever else others have put there is replaced.
func (s *Surface) SetText(r view.Row, c timetable.Field, text string) {
	t, l := &s.texts, &s.lines[r]
	if len(t.rows) > 0 {
		t.joined = append(t.joined, 0)
	}
	t.rows = append(t.rows, l.tr)
	t.joined = append(append(t.joined, '0'+byte(l.placeOf(c))), strings.ReplaceAll(text, "\x00", "\ufffd")...)
	if len(t.rows) == textsAtMost {
		s.writeTexts()
	}
}

// writeTexts writes the collected texts.
func (s *Surface) writeTexts() {
	t := &s.texts
	if len(t.rows) > 0 {
		s.Invoke(t.write, append([]any{string(t.joined)}, t.rows...)...)
		clear(t.rows)
		t.rows, t.joined = t.rows[:0], t.joined[:0]
	}
}
