//go:build js && wasm

package dom

// Storage remembers settings in the browser's localStorage. In a browser that does not allow it, Storage
// remembers nothing and reports no error.
type Storage struct{}

// Recall returns the value under a name, or "".
func (Storage) Recall(name string) string {
	var c Caller
	value := c.Call(c.Global("localStorage"), "getItem", name)
	if c.Err() != nil || value.IsNull() {
		return ""
	}
	return c.Text(value)
}

// Remember stores a value under a name.
func (Storage) Remember(name, value string) {
	var c Caller
	c.Call(c.Global("localStorage"), "setItem", name, value)
}
