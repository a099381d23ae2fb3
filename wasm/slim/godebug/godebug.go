// Package godebug stands in for the standard library's internal/godebug when the client is linked.
// That one lets the variable GODEBUG bring back how former releases behaved, counts how often they
// did, and can search for the call that minds. A page has no environment: every setting has its
// default.
package godebug

// A Setting is one of those in GODEBUG.
type Setting struct{ name string }

// New returns the setting of this name.
func New(name string) *Setting { return &Setting{name} }

// Name returns the name of the setting.
func (s *Setting) Name() string { return s.name }

// Value returns "", which stands for the default.
func (s *Setting) Value() string { return "" }

// IncNonDefault would count what is never done.
func (s *Setting) IncNonDefault() {}
