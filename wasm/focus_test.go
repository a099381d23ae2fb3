//go:build js && wasm

package main

import (
	"strings"
	"testing"

	"github.com/hack-pad/safejs"

	"flightboard/timetable/view"
)

// focused returns the ID of the element that has the focus.
func (s *stage) focused() string {
	s.t.Helper()
	return s.string(s.get(s.get(s.get(safejs.Global(), "document"), "activeElement"), "id"))
}

func (s *stage) focus(selector string) {
	s.t.Helper()
	s.must1(s.element(selector).Call("focus"))
}

// A reader at the keyboard goes on where they were when the control that they have pressed can be pressed no more.
func TestTheFocusOfAControlThatGoesIsGivenToTheNextOne(t *testing.T) {
	s := fresh(t)
	s.a.drawing.sheet.Ask(view.Query{Size: 2})
	s.a.drawing.Redraw()
	for _, step := range []struct{ press, want string }{{"next", "previous"}, {"previous", "next"}} {
		s.focus("#" + step.press)
		s.click("#" + step.press)
		if got := s.focused(); got != step.want {
			t.Errorf("after the last %s the focus is at %q, want %q", step.press, got, step.want)
		}
	}
	s.focus("#next")
	s.happen("flightRemoval", `{"flight":"C3"}`, "101")
	s.frame()
	if got := s.focused(); got != "page" {
		t.Errorf("on the only page the focus is at %q, want the box for the page", got)
	}
	s.fail(2)
	s.call("answer", 0, 502, "text/html", false)
	s.focus("#retry")
	s.click("#retry")
	if got := s.focused(); got != "stop" {
		t.Errorf("after Retry the focus is at %q, want the button beside it", got)
	}
	s.wantErrors()
}

// A filter that is active is to be seen while the menu is closed, and can be removed there. What stands in the place of
// rows tells why there are none.
func TestWhyRowsAreMissingIsToBeSeen(t *testing.T) {
	s := fresh(t)
	none := func() string {
		if hidden, _ := s.call("has", "#none", "hidden").Bool(); hidden {
			return ""
		}
		return s.string(s.call("text", "#none"))
	}
	q := s.a.drawing.sheet.Query()
	q.Filter(view.Columns[0], "nowhere")
	s.a.drawing.sheet.Ask(q)
	s.a.drawing.Redraw()
	const chip = `span[class="filters"] button`
	if got := s.string(s.call("text", chip)); got != "Origin: nowhere ✕" {
		t.Errorf("the filter is shown as %q", got)
	}
	if got := none(); got != "No rows found" {
		t.Errorf("in the place of rows stands %q, want that nothing was found", got)
	}
	s.click(chip)
	s.wantKeys("A1 B2 C3")
	if got := s.string(s.call("text", `span[class="filters"]`)); got != "" {
		t.Errorf("the filter that was removed is still shown as %q", got)
	}
	s.happen("flightSnapshot", `[]`, "101")
	s.frame()
	if got := none(); got != "No flights on the board" {
		t.Errorf("in the place of rows stands %q, want that the board is empty", got)
	}
	s.end()

	waiting := newStage(t, "events")
	waiting.happen("open", "", "")
	waiting.frame()
	if got := waiting.string(waiting.call("text", "#none")); !strings.HasPrefix(got, "The board has not come") {
		t.Errorf("before the board has come, %q stands in its place", got)
	}
	if got := waiting.string(waiting.call("text", "#found")); got != "" {
		t.Errorf("before the board has come, %q are found", got)
	}
}
