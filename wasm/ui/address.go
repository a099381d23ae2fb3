//go:build js && wasm

package main

import (
	"github.com/hack-pad/safejs"

	"flightboard/timetable/view"
)

// Names under which the browser remembers how this reader wants the table.
const (
	hiddenItem = "flightboard.columns"
	widthsItem = "flightboard.widths"
)

// parameters returns the address's parameters, a URLSearchParams.
func (a *app) parameters() safejs.Value {
	return a.create(a.window, "URLSearchParams", a.get(a.get(a.window, "location"), "search"))
}

// readAddress asks for what the page's address says. What it does not say of columns when the page is loaded is as the
// reader left it, and is written into it: the back button finds an address that says all.
func (a *app) readAddress() {
	parameters := a.parameters()
	get := func(name string) string {
		value := a.call(parameters, "get", name)
		if a.err != nil || value.IsNull() {
			return ""
		}
		return a.text(value)
	}
	q, c := view.QueryOf(get), a.controls
	columns, first := get("cols"), !c.read
	if columns == "" && first {
		columns = a.recall(hiddenItem)
	}
	hidden := view.HiddenOf(columns)
	if !first && hidden != a.sheet.Hidden {
		a.remember(hiddenItem, columns)
	}
	a.look(hidden, get("tz"))
	a.sheet.Ask(q)
	if err := c.fill(q, hidden, a.zoneName); err != nil {
		report(err)
	}
	c.read, c.typed = true, ""
	if first {
		a.writeAddress(typing)
	}
	a.check()
}

// writeAddress makes the page's address say what is asked. Parameters of others stay.
func (a *app) writeAddress(how asking) {
	parameters := a.parameters()
	q := a.sheet.Query()
	for _, pair := range append(q.Pairs(), view.Pair{Name: "cols", Value: view.ColumnsText(a.sheet.Hidden)}, view.Pair{Name: "tz", Value: a.zoneName}) {
		if pair.Value == "" {
			a.call(parameters, "delete", pair.Name)
		} else {
			a.call(parameters, "set", pair.Name, pair.Value)
		}
	}
	location := a.get(a.window, "location")
	address := a.text(a.call(parameters, "toString"))
	if address != "" {
		address = "?" + address
	}
	if a.err == nil && address != a.text(a.get(location, "search")) {
		method := "replaceState"
		if how == choosing {
			method = "pushState"
		}
		address = a.text(a.get(location, "pathname")) + address + a.text(a.get(location, "hash"))
		a.call(a.get(a.window, "history"), method, safejs.Null(), "", address)
	}
	a.controls.typed = ""
	a.check()
}

// recall returns what the browser remembers, or "". It may not be allowed to.
func (a *app) recall(item string) string {
	var d dom
	value := d.call(d.get(a.window, "localStorage"), "getItem", item)
	if d.err != nil || value.IsNull() {
		return ""
	}
	return d.text(value)
}

func (a *app) remember(item, value string) {
	var d dom // a browser that remembers nothing serves as well
	d.call(d.get(a.window, "localStorage"), "setItem", item, value)
}
