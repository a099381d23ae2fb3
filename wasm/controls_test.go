//go:build js && wasm

package main

import (
	"strings"
	"testing"

	"github.com/hack-pad/safejs"

	"flightboard/timetable/view"
	"flightboard/wasm/dom"
)

// three is a board of three flights in the board's order.
const three = `[{"flight":"A1","origin":"Rome","arrival":"08:15","state":"landed"},
	{"flight":"B2","origin":"Oslo","arrival":"09:15"},{"flight":"C3","origin":"London","arrival":"10:15"}]`

func (s *stage) element(selector string) safejs.Value {
	s.t.Helper()
	element := s.must1(s.get(safejs.Global(), "document").Call("querySelector", selector))
	if element.IsNull() {
		s.t.Fatalf("the page has no %s", selector)
	}
	return element
}

// dispatch sends an event that bubbles to an element, with these properties.
func (s *stage) dispatch(selector, eventType string, properties map[string]any) {
	s.t.Helper()
	s.dispatchTo(s.element(selector), eventType, properties)
}

func (s *stage) dispatchTo(element safejs.Value, eventType string, properties map[string]any) {
	s.t.Helper()
	constructor := s.get(safejs.Global(), "Event")
	event := s.must1(constructor.New(eventType, map[string]any{"bubbles": true, "cancelable": true}))
	if s.get(safejs.Global(), "HTMLElement").IsUndefined() { // the document of dom.js passes events on
		event = s.must1(safejs.ValueOf(map[string]any{"type": eventType, "bubbles": true}))
		none := s.must1(s.get(safejs.Global(), "Function").New())
		s.must(event.Set("preventDefault", none))
	}
	for name, value := range properties {
		s.must(event.Set(name, value))
	}
	s.must1(element.Call("dispatchEvent", event))
}

func (s *stage) wantKeys(want string) {
	s.t.Helper()
	var keys []string
	for _, row := range s.table().Rows {
		keys = append(keys, row.Key)
	}
	if got := strings.Join(keys, " "); got != want {
		s.t.Errorf("the rows are %s, want %s", got, want)
	}
}

// fresh is a stage with the three flights, that leaves no query in the address.
func fresh(t *testing.T) *stage {
	t.Helper()
	s := newStage(t, "events", london())
	s.open(three)
	t.Cleanup(func() { s.visit("?") }) // the next test's address asks for nothing again
	return s
}

// visit makes this the page's address.
func (s *stage) visit(address string) {
	s.t.Helper()
	var c dom.Caller
	c.Call(c.Global("history"), "replaceState", nil, "", address)
	s.must(c.Take())
}

func TestHeadsSortAndSayHow(t *testing.T) {
	s := fresh(t)
	const head = `#flights th[data-col="origin"]`
	for _, step := range []struct{ want, sort, arrow string }{
		{"C3 B2 A1", "ascending", "▲"}, {"A1 B2 C3", "descending", "▼"}, {"A1 B2 C3", "", ""},
	} {
		s.click(head + " button")
		s.wantKeys(step.want)
		sort := s.must1(s.element(head).Call("getAttribute", "aria-sort"))
		got := ""
		if !sort.IsNull() {
			got = s.string(sort)
		}
		if arrow := s.string(s.get(s.element(head+" button span"), "textContent")); got != step.sort || arrow != step.arrow {
			t.Errorf("aria-sort is %q, the arrow %q, want %q, %q", got, arrow, step.sort, step.arrow)
		}
	}
	s.wantErrors()
}

func TestAnEdgeIsMovedByKeysAndRemembered(t *testing.T) {
	s := fresh(t)
	const edge = `#flights th[data-col="flight"] span[class="edge"]`
	at := func() string { return s.string(s.must1(s.element(edge).Call("getAttribute", "aria-valuenow"))) }
	s.dispatch(edge, "keydown", map[string]any{"key": "ArrowRight"})
	wide := at()
	s.dispatch(edge, "keydown", map[string]any{"key": "ArrowLeft"})
	if narrow := at(); wide == narrow || narrow == "0" {
		t.Errorf("the column is %s wide, and after a step back %s", wide, narrow)
	}
	if got := (dom.Storage{}).Recall("flightboard.widths"); !strings.Contains(got, "flight:"+at()) {
		t.Errorf("the browser remembers %q, want the flight's width of %s", got, at())
	}
	dom.Storage{}.Remember("flightboard.widths", "")
	s.wantErrors()
}

func TestThePagerAndTheSearchAsk(t *testing.T) {
	s := fresh(t)
	s.a.drawing.sheet.Ask(view.Query{Size: 2})
	s.a.drawing.Redraw()
	s.wantKeys("A1 B2")
	s.click("#next")
	s.wantKeys("C3")
	if disabled, _ := s.call("has", "#next", "disabled").Bool(); !disabled {
		t.Error("the last page has a next")
	}
	s.must(s.element("#page").Set("value", "1"))
	s.dispatch("#page", "change", nil)
	s.wantKeys("A1 B2")
	s.must(s.element("#search").Set("value", "lond"))
	s.dispatch("#search", "input", nil)
	s.wantKeys("C3")
	if got := s.string(s.call("text", "#found")); got != "1 flight" {
		t.Errorf("found is %q", got)
	}
	s.must(s.element("#search").Set("value", "nowhere"))
	s.dispatch("#search", "input", nil)
	if hidden, _ := s.call("has", "#none", "hidden").Bool(); hidden {
		t.Error("nothing is found, and no text is shown")
	}
	s.wantErrors()
}

// menuItem returns the checkbox and the filter of a column in the open column menu.
func (s *stage) menuItem(i int) (show, filter safejs.Value) {
	s.t.Helper()
	item := s.must1(s.get(s.element("#columns ul"), "children").Index(i))
	label := s.get(item, "firstChild")
	return s.get(label, "firstChild"), s.get(label, "nextSibling")
}

func TestColumnsAreHiddenAndFiltered(t *testing.T) {
	s := fresh(t)
	s.dispatch("#columns", "toggle", nil)
	state, _ := s.menuItem(3)
	s.must(state.Set("checked", false))
	s.dispatchTo(state, "change", nil)
	if got := strings.Join(s.table().Head, " "); got != "origin flight arrival" {
		t.Errorf("the columns are %s, want no state", got)
	}
	if got := (dom.Storage{}).Recall("flightboard.columns"); strings.Contains(got, "state") || got == "" {
		t.Errorf("the browser remembers the columns %q, want those but the state", got)
	}
	_, origin := s.menuItem(0)
	s.must(origin.Set("value", "osl"))
	s.dispatchTo(origin, "input", nil)
	s.wantKeys("B2")
	dom.Storage{}.Remember("flightboard.columns", "")
	s.wantErrors()
}

func TestKeysDoWhatTheirListSays(t *testing.T) {
	s := fresh(t)
	press := func(key string) { s.dispatch("#flights", "keydown", map[string]any{"key": key, "code": ""}) }
	press("1")
	s.wantKeys("C3 B2 A1")
	press("s")
	s.wantStatus("stopped", "Stopped by you at ")
	dom.Storage{}.Remember("flightboard.keys", "off")
	press("1")
	s.wantKeys("C3 B2 A1")
	dom.Storage{}.Remember("flightboard.keys", "")
	press("1")
	s.wantKeys("A1 B2 C3")
	s.wantErrors()
}
