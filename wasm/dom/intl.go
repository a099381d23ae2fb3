//go:build js && wasm

package main

import (
	"strconv"

	"github.com/hack-pad/safejs"

	"flightboard/timetable/view"
)

// An intl is the bridge to what the browser knows of the page's language. What it takes from there it takes once, and
// when it is needed first. Errors are left to the owner of the dom.
type intl struct {
	*dom
	compare, format safejs.Value
}

// of makes an object of Intl's and returns its function of this name.
func (i *intl) of(class, function string) safejs.Value {
	global := safejs.Global()
	language := i.get(i.get(i.get(global, "document"), "documentElement"), "lang")
	if i.text(language) == "" {
		language = safejs.Undefined() // then the reader's own is as good
	}
	return i.get(i.create(i.get(global, "Intl"), class, language), function)
}

// collate implements [view.Collator]. It crosses over a dozen times for any number of names.
func (i *intl) collate(lines string) string {
	if i.compare.IsUndefined() {
		i.compare = i.of("Collator", "compare")
	}
	split := i.get(i.get(i.get(safejs.Global(), "String"), "prototype"), "split")
	list := i.call(split, "call", lines, "\n")
	return i.text(i.call(i.call(list, "sort", i.compare), "join", "\n"))
}

// number writes a number. Below a thousand there is nothing to group.
func (i *intl) number(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	if i.format.IsUndefined() {
		i.format = i.of("NumberFormat", "format")
	}
	return i.text(i.call(i.format, "call", nil, n))
}

// mine is the zone of the reader's clocks.
var mine = view.Local(func(seconds int64) int {
	var d dom
	minutes, err := d.call(d.create(safejs.Global(), "Date", float64(seconds*1000)), "getTimezoneOffset").Int()
	if err != nil {
		return 0
	}
	return -minutes
})
