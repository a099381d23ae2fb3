//go:build js && wasm

package dom

import "github.com/hack-pad/safejs"

// Storage remembers settings in the browser's localStorage. In a browser that does not allow it, Storage
// remembers nothing and reports no error.
type Storage struct{}

// localStorage returns the object. Browsers throw an exception when the property is read where storage is forbidden, as
// in a sandboxed frame; only an exception of a call becomes an error.
func (c *Caller) localStorage() safejs.Value {
	return c.Call(c.Global("Reflect"), "get", safejs.Global(), "localStorage")
}

// Recall returns the value under a name, or "".
func (Storage) Recall(name string) string {
	var c Caller
	value := c.Call(c.localStorage(), "getItem", name)
	if c.Err() != nil || value.IsNull() {
		return ""
	}
	return c.Text(value)
}

// Remember stores a value under a name.
func (Storage) Remember(name, value string) {
	var c Caller
	c.Call(c.localStorage(), "setItem", name, value)
}
