// Package godebug replaces the standard library's internal/godebug when the client is linked. The original lets the
// variable GODEBUG restore the behaviour of former releases, and counts its uses. A page has no environment: every
// setting has its default.
package godebug

// A Setting is one of those in GODEBUG.
type Setting struct{ name string }

// New returns the setting of this name.
func New(name string) *Setting { return &Setting{name} }

// Name returns the name of the setting.
func (s *Setting) Name() string { return s.name }

// Value returns "", which stands for the default.
func (s *Setting) Value() string { return "" }

// IncNonDefault does nothing: no setting differs from its default.
func (s *Setting) IncNonDefault() {}
