//go:build js && wasm

package main

import (
	"time"

	"github.com/hack-pad/safejs"

	"flightboard/timetable/view"
	"flightboard/timetable/words"
)

// What the browser remembers of what is switched off.
const (
	keysItem  = "flightboard.keys"
	voiceItem = "flightboard.voice"
	off       = "off"
)

// A desk is what a reader takes away from the table, and the keys that reach it without a mouse.
type desk struct {
	dom
	a       *app
	dialog  safejs.Value // the list of keys; undefined until it is opened first
	printed safejs.Value
	before  view.Query // what was asked before printing
}

func newDesk(a *app) (*desk, error) {
	d := &desk{a: a, printed: a.element("#printed")}
	on := func(target safejs.Value, eventType string, f func(event safejs.Value)) {
		a.undo = append(a.undo, d.listen(target, eventType, func(event safejs.Value) {
			f(event)
			if err := d.take(); err != nil {
				report(err)
			}
		}))
	}
	a.sheet.Announcer.Off = a.recall(voiceItem) == off
	on(d.element("#csv"), "click", func(safejs.Value) { d.save() })
	on(d.element("#keys"), "click", func(safejs.Value) { d.list() })
	on(a.document, "keydown", d.key)
	// Paper has no pages to turn: it gets all rows, and is told when.
	on(a.window, "beforeprint", func(safejs.Value) {
		d.before = a.sheet.Query()
		all := d.before
		all.Size = view.All
		a.sheet.Ask(all)
		a.draw(time.Now())
		d.set(d.printed, "textContent", words.Printed(d.text(d.call(d.create(a.window, "Date"), "toLocaleString"))))
		d.set(d.printed, "hidden", false)
	})
	on(a.window, "afterprint", func(safejs.Value) {
		d.set(d.printed, "hidden", true)
		a.sheet.Ask(d.before)
		a.redraw()
	})
	return d, d.take()
}

// save lets the browser save a file of what is shown.
func (d *desk) save() {
	text := string(d.a.sheet.AppendCSV(nil, &d.a.board))
	blob := d.create(d.a.window, "Blob", []any{text}, map[string]any{"type": "text/csv;charset=utf-8"})
	urls := d.get(d.a.window, "URL")
	url := d.call(urls, "createObjectURL", blob)
	link := d.call(d.a.document, "createElement", "a")
	d.set(link, "href", url)
	d.set(link, "download", words.File)
	d.call(link, "click")
	d.call(urls, "revokeObjectURL", url)
}

// key does what a key is for, unless somebody writes, or wants no single keys (WCAG 2.2, 2.1.4).
func (d *desk) key(event safejs.Value) {
	for _, modifier := range []string{"ctrlKey", "altKey", "metaKey", "isComposing", "defaultPrevented"} {
		if d.yes(d.get(event, modifier)) {
			return
		}
	}
	target := d.get(event, "target")
	switch d.text(d.get(target, "localName")) {
	case "input", "select", "textarea":
		return
	}
	if d.a.recall(keysItem) == off || d.listed() || d.err != nil { // the list of keys has keys of its own
		return
	}
	key := d.text(d.get(event, "key"))
	if code := d.text(d.get(event, "code")); len(code) == len("Digit1") && code[:5] == "Digit" {
		key = code[5:] // with Shift a digit's key says something else
	}
	click := func(selector string) { d.call(d.element(selector), "click") }
	switch key {
	case "/":
		d.call(d.a.controls.search, "focus")
	case "n":
		click("#next")
	case "b":
		click("#previous")
	case "Escape": // a note that lies over other cells goes
		if !d.yes(d.get(target, "title")) {
			return
		}
		d.call(target, "blur")
	case "s":
		click("#stop")
	case "?":
		d.list()
	default:
		if len(key) != 1 || key[0] < '1' || key[0] > '9' {
			return
		}
		d.sort(int(key[0]-'1'), d.yes(d.get(event, "shiftKey")))
	}
	d.call(event, "preventDefault")
}

// sort sorts by the column that is in this place of those shown.
func (d *desk) sort(place int, add bool) {
	for _, c := range view.Columns {
		if !d.a.sheet.Shown(&d.a.board).Has(c) {
			continue
		}
		if place == 0 {
			q := d.a.sheet.Query()
			q.Click(c, add)
			d.a.ask(q, choosing)
			return
		}
		place--
	}
}

// listed says whether the list of keys is shown.
func (d *desk) listed() bool { return !d.dialog.IsUndefined() && d.yes(d.get(d.dialog, "open")) }

// list shows the list of keys.
func (d *desk) list() {
	if d.dialog.IsUndefined() {
		d.build()
	}
	if !d.listed() {
		d.call(d.dialog, "showModal")
	}
}

func (d *desk) build() {
	create := func(name, text string) safejs.Value {
		e := d.call(d.a.document, "createElement", name)
		if text != "" {
			d.set(e, "textContent", text)
		}
		return e
	}
	d.dialog = create("dialog", "")
	title, keys := create("h2", words.KeysTitle), create("dl", "")
	d.set(title, "id", "keys-title")
	d.call(d.dialog, "setAttribute", "aria-labelledby", "keys-title")
	for _, key := range words.Keys {
		term := create("dt", "")
		d.call(term, "append", create("kbd", key[0]))
		d.call(keys, "append", term, create("dd", key[1]))
	}
	closing := create("button", words.Close)
	d.set(closing, "type", "button")
	d.call(d.dialog, "append", title, keys, d.choice(words.KeysSwitch, keysItem, func(bool) {}),
		d.choice(words.VoiceSwitch, voiceItem, func(on bool) { d.a.sheet.Announcer.Off = !on }), closing)
	d.call(d.get(d.a.document, "body"), "append", d.dialog)
	d.a.undo = append(d.a.undo, d.listen(closing, "click", func(safejs.Value) { d.call(d.dialog, "close") }))
}

// choice makes a switch for something that is on until it is switched off, which the browser remembers.
func (d *desk) choice(says, item string, tell func(on bool)) safejs.Value {
	label, box := d.call(d.a.document, "createElement", "label"), d.call(d.a.document, "createElement", "input")
	d.set(box, "type", "checkbox")
	d.set(box, "checked", d.a.recall(item) != off)
	d.call(label, "append", box, says)
	d.a.undo = append(d.a.undo, d.listen(box, "change", func(safejs.Value) {
		on, value := d.yes(d.get(box, "checked")), off
		if on {
			value = ""
		}
		d.a.remember(item, value)
		tell(on)
	}))
	return label
}
