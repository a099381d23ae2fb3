//go:build js && wasm

package dom

import "github.com/hack-pad/safejs"

// Func makes a function for JavaScript to call, which passes its first argument on to f. The caller releases it. f must
// not block.
func Func(f func(argument safejs.Value)) (safejs.Func, error) {
	return safejs.FuncOf(func(_ safejs.Value, args []safejs.Value) any {
		argument := safejs.Undefined()
		if len(args) > 0 {
			argument = args[0]
		}
		f(argument)
		return nil
	})
}

// Listen calls f for each event of a type until undo is called, and reports the caller's error after each. f must not
// block.
func (c *Caller) Listen(target safejs.Value, eventType string, f func(event safejs.Value)) (undo func()) {
	if c.err != nil {
		return func() {}
	}
	callback, err := Func(func(event safejs.Value) {
		f(event)
		c.Report()
	})
	if err != nil {
		c.err = err
		return func() {}
	}
	c.Call(target, "addEventListener", eventType, callback)
	return func() {
		if _, err := target.Call("removeEventListener", eventType, callback); err != nil {
			Report(err)
		}
		callback.Release()
	}
}

// An Undo is a list of functions that undo registrations.
type Undo []func()

// Add adds functions to those that Run calls.
func (u *Undo) Add(undo ...func()) { *u = append(*u, undo...) }

// Run calls the functions, in the order in which they were added. It may be called once.
func (u *Undo) Run() {
	for _, undo := range *u {
		undo()
	}
	*u = nil
}
