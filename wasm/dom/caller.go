//go:build js && wasm

// Package dom calls the browser: the document's elements, its events, timers, storage and Intl. It wraps safejs, which
// turns exceptions into errors, so that a part of the page checks once for an error and not after each call.
//
// The package does not know flights. The browser calls callbacks one after the other, and they must not block, so
// nothing is locked.
package dom

import (
	"errors"

	"github.com/hack-pad/safejs"
)

// A Caller makes calls into JavaScript until one fails; after that its methods do nothing, and return undefined or the
// zero value. Take returns the error. So a drawing of hundreds of calls needs one check, at its end. The zero value is
// ready to use.
type Caller struct{ err error }

// Get returns a property of v.
func (c *Caller) Get(v safejs.Value, name string) safejs.Value {
	if c.err != nil {
		return safejs.Undefined()
	}
	got, err := v.Get(name)
	c.err = err
	return got
}

// Global returns a property of globalThis.
func (c *Caller) Global(name string) safejs.Value { return c.Get(safejs.Global(), name) }

// Index returns an item of an array or a collection.
func (c *Caller) Index(v safejs.Value, i int) safejs.Value {
	if c.err != nil {
		return safejs.Undefined()
	}
	got, err := v.Index(i)
	c.err = err
	return got
}

// Set sets a property of v.
func (c *Caller) Set(v safejs.Value, name string, to any) {
	if c.err == nil {
		c.err = v.Set(name, to)
	}
}

// Call calls a method of v.
func (c *Caller) Call(v safejs.Value, method string, args ...any) safejs.Value {
	if c.err != nil {
		return safejs.Undefined()
	}
	got, err := v.Call(method, args...)
	c.err = err
	return got
}

// Invoke calls a function.
func (c *Caller) Invoke(function safejs.Value, args ...any) safejs.Value {
	if c.err != nil {
		return safejs.Undefined()
	}
	got, err := function.Invoke(args...)
	c.err = err
	return got
}

// New constructs an object of a class that is a property of v.
func (c *Caller) New(v safejs.Value, class string, args ...any) safejs.Value {
	constructor := c.Get(v, class)
	if c.err != nil {
		return safejs.Undefined()
	}
	made, err := constructor.New(args...)
	c.err = err
	return made
}

// Text converts v to a string.
func (c *Caller) Text(v safejs.Value) string {
	if c.err != nil {
		return ""
	}
	got, err := v.String()
	c.err = err
	return got
}

// Truthy converts v to a bool, as JavaScript does.
func (c *Caller) Truthy(v safejs.Value) bool {
	if c.err != nil {
		return false
	}
	got, err := v.Truthy()
	c.err = err
	return got
}

// Float returns v, which must be a number.
func (c *Caller) Float(v safejs.Value) float64 {
	if c.err != nil {
		return 0
	}
	got, err := v.Float()
	c.err = err
	return got
}

// Int returns v, which must be a number.
func (c *Caller) Int(v safejs.Value) int {
	if c.err != nil {
		return 0
	}
	got, err := v.Int()
	c.err = err
	return got
}

// Element returns the first element of the document that a selector matches. It is an error if there is none.
func (c *Caller) Element(selector string) safejs.Value {
	found := c.Call(c.Global("document"), "querySelector", selector)
	if c.err == nil && found.IsNull() {
		c.err = errors.New("the page has no " + selector)
	}
	return found
}

// Create creates an element.
func (c *Caller) Create(name string) safejs.Value {
	return c.Call(c.Global("document"), "createElement", name)
}

// Err returns the error that has stopped the caller, or nil.
func (c *Caller) Err() error { return c.err }

// Fail stops the caller with this error, unless it has stopped already.
func (c *Caller) Fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

// Take returns the same as Err, and clears the error.
func (c *Caller) Take() error {
	err := c.err
	c.err = nil
	return err
}

// Report takes the error, if there is one, and writes it to the console.
func (c *Caller) Report() {
	if c.err != nil {
		Report(c.Take())
	}
}

// Report writes an error to the console. Without a console it does nothing.
func Report(err error) {
	var c Caller
	c.Call(c.Global("console"), "error", "flightboard: "+err.Error())
}
