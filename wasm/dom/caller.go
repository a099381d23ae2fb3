//go:build js && wasm

package main

import (
	"errors"

	"github.com/hack-pad/safejs"
)

// A dom does what the page's document is asked for, until something fails: then it does no more, and err says why.
// So a drawing of hundreds of steps is checked once, at its end.
type dom struct{ err error }

func (d *dom) get(v safejs.Value, name string) safejs.Value {
	if d.err != nil {
		return safejs.Undefined()
	}
	got, err := v.Get(name)
	d.err = err
	return got
}

func (d *dom) index(v safejs.Value, i int) safejs.Value {
	if d.err != nil {
		return safejs.Undefined()
	}
	got, err := v.Index(i)
	d.err = err
	return got
}

func (d *dom) set(v safejs.Value, name string, to any) {
	if d.err == nil {
		d.err = v.Set(name, to)
	}
}

func (d *dom) call(v safejs.Value, method string, args ...any) safejs.Value {
	if d.err != nil {
		return safejs.Undefined()
	}
	got, err := v.Call(method, args...)
	d.err = err
	return got
}

// create makes an object of a class, of those that v has.
func (d *dom) create(v safejs.Value, class string, args ...any) safejs.Value {
	constructor := d.get(v, class)
	if d.err != nil {
		return safejs.Undefined()
	}
	made, err := constructor.New(args...)
	d.err = err
	return made
}

func (d *dom) text(v safejs.Value) string {
	if d.err != nil {
		return ""
	}
	got, err := v.String()
	d.err = err
	return got
}

func (d *dom) yes(v safejs.Value) bool {
	if d.err != nil {
		return false
	}
	got, err := v.Truthy()
	d.err = err
	return got
}

// element finds an element of the document, which must be there.
func (d *dom) element(selector string) safejs.Value {
	found := d.call(d.get(safejs.Global(), "document"), "querySelector", selector)
	if d.err == nil && found.IsNull() {
		d.err = errors.New("the page has no " + selector)
	}
	return found
}

// check reports an error of the browser that nobody can do anything about.
func (d *dom) check() {
	if err := d.take(); err != nil {
		report(err)
	}
}

// take returns the first error, and lets the dom go on.
func (d *dom) take() error {
	err := d.err
	d.err = nil
	return err
}

// listen calls f for the events of a type until it is undone. f must not block.
func (d *dom) listen(target safejs.Value, eventType string, f func(event safejs.Value)) (undo func()) {
	if d.err != nil {
		return func() {}
	}
	callback, err := callback(f)
	if err != nil {
		d.err = err
		return func() {}
	}
	d.call(target, "addEventListener", eventType, callback)
	return func() {
		if _, err := target.Call("removeEventListener", eventType, callback); err != nil {
			report(err)
		}
		callback.Release()
	}
}

// callback makes a function for JavaScript to call. Whoever makes it releases it.
func callback(f func(argument safejs.Value)) (safejs.Func, error) {
	return safejs.FuncOf(func(_ safejs.Value, args []safejs.Value) any {
		argument := safejs.Undefined()
		if len(args) > 0 {
			argument = args[0]
		}
		f(argument)
		return nil
	})
}

// report writes an error to the console, for those who look after the page. A page without a console has nobody to tell.
func report(err error) {
	var d dom
	d.call(d.get(safejs.Global(), "console"), "error", "flightboard: "+err.Error())
}

// say writes the status line when there is no app to write it.
func say(words string) {
	var d dom
	d.set(d.element("#status"), "textContent", words)
	d.set(d.element("#spoken"), "textContent", words)
	d.call(d.element("#status"), "setAttribute", "data-status", "failed")
	if err := d.take(); err != nil {
		report(err)
	}
}
