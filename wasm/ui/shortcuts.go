//go:build js && wasm

package ui

import (
	"github.com/hack-pad/safejs"

	"flightboard/timetable"
	"flightboard/timetable/view"
	"flightboard/timetable/words"
	"flightboard/wasm/dom"
)

// Shortcuts are the single keys that do the same as buttons and headers, and the dialog that lists them.
type shortcuts struct {
	dom.Caller
	sorter    sorter
	settings  settings
	announcer *view.Announcer
	dialog    safejs.Value // undefined until it is opened first
	undo      dom.Undo
}

// A sorter sorts by the columns that are shown.
type sorter interface {
	asker
	shown() timetable.Fields
}

func newShortcuts(sorter sorter, settings settings, announcer *view.Announcer) (*shortcuts, error) {
	s := &shortcuts{sorter: sorter, settings: settings, announcer: announcer}
	announcer.Off = settings.Recall(announcementsSetting) == off
	s.undo.Add(
		s.Listen(s.Element("#keys"), "click", func(safejs.Value) { s.open() }),
		s.Listen(s.Global("document"), "keydown", s.press))
	return s, s.Take()
}

// press handles a key, unless the reader is writing, or has switched single keys off (WCAG 2.2, 2.1.4).
func (s *shortcuts) press(event safejs.Value) {
	for _, modifier := range []string{"ctrlKey", "altKey", "metaKey", "isComposing", "defaultPrevented"} {
		if s.Truthy(s.Get(event, modifier)) {
			return
		}
	}
	target := s.Get(event, "target")
	switch s.Text(s.Get(target, "localName")) {
	case "input", "select", "textarea":
		return
	}
	if s.settings.Recall(keysSetting) == off || s.isOpen() || s.Err() != nil { // an open dialog has keys of its own
		return
	}
	key := s.Text(s.Get(event, "key"))
	if code := s.Text(s.Get(event, "code")); len(code) == len("Digit1") && code[:5] == "Digit" {
		key = code[5:] // with Shift a digit's key is another character
	}
	click := func(selector string) { s.Call(s.Element(selector), "click") }
	switch key {
	case "/":
		if search := s.Element("#search"); !focus(&s.Caller, search) {
			click("#more")
			focus(&s.Caller, search)
		}
	case "n":
		click("#next")
	case "b":
		click("#previous")
	case "Escape": // hides a tooltip that lies over other cells
		if !s.Truthy(s.Get(target, "title")) {
			return
		}
		s.Call(target, "blur")
	case "s":
		click("#stop")
	case "?":
		s.open()
	default:
		if len(key) != 1 || key[0] < '1' || key[0] > '9' {
			return
		}
		s.sort(int(key[0]-'1'), s.Truthy(s.Get(event, "shiftKey")))
	}
	s.Call(event, "preventDefault")
}

// sort sorts by the column at a place among those shown.
func (s *shortcuts) sort(place int, add bool) {
	shown := s.sorter.shown()
	for _, c := range view.Columns {
		if !shown.Has(c) {
			continue
		}
		if place == 0 {
			q := s.sorter.query()
			q.Click(c, add)
			s.sorter.ask(q, choosing)
			return
		}
		place--
	}
}

func (s *shortcuts) isOpen() bool {
	return !s.dialog.IsUndefined() && s.Truthy(s.Get(s.dialog, "open"))
}

// open shows the list of keys.
func (s *shortcuts) open() {
	if s.dialog.IsUndefined() {
		s.build()
	}
	if !s.isOpen() {
		s.Call(s.dialog, "showModal")
	}
}

// reword makes the list anew in another language.
func (s *shortcuts) reword() {
	if s.dialog.IsUndefined() {
		return
	}
	open := s.isOpen()
	s.Call(s.dialog, "remove")
	s.dialog = safejs.Undefined()
	if open {
		s.open()
	}
	s.Report()
}

func (s *shortcuts) build() {
	create := func(name, text string) safejs.Value {
		element := s.Create(name)
		if text != "" {
			s.Set(element, "textContent", text)
		}
		return element
	}
	s.dialog = s.Create("dialog")
	title, keys := create("h2", words.KeysTitle.String()), s.Create("dl")
	s.Set(title, "id", "keys-title")
	s.Call(s.dialog, "setAttribute", "aria-labelledby", "keys-title")
	for _, key := range words.Keys {
		term := s.Create("dt")
		s.Call(term, "append", create("kbd", key.Key))
		s.Call(keys, "append", term, create("dd", key.Effect.String()))
	}
	closing := create("button", words.Close.String())
	s.Set(closing, "type", "button")
	announce := func(on bool) { s.announcer.Off = !on }
	s.Call(s.dialog, "append", title, keys, s.newSwitch(words.KeysSwitch.String(), keysSetting, func(bool) {}),
		s.newSwitch(words.AnnouncementsSwitch.String(), announcementsSetting, announce), closing)
	s.Call(s.Get(s.Global("document"), "body"), "append", s.dialog)
	s.undo.Add(s.Listen(closing, "click", func(safejs.Value) { s.Call(s.dialog, "close") }))
}

// newSwitch makes a checkbox for a setting that is on unless it was switched off.
func (s *shortcuts) newSwitch(text, setting string, changed func(on bool)) safejs.Value {
	label, box := s.Create("label"), s.Create("input")
	s.Set(box, "type", "checkbox")
	s.Set(box, "checked", s.settings.Recall(setting) != off)
	s.Call(label, "append", box, text)
	s.undo.Add(s.Listen(box, "change", func(safejs.Value) {
		on, value := s.Truthy(s.Get(box, "checked")), off
		if on {
			value = ""
		}
		s.settings.Remember(setting, value)
		changed(on)
	}))
	return label
}
