package fanout

import "runtime"

// A yield lets other goroutines run. The pool has no viewers on this system, so no sweep is long.
type yield struct{}

func newYield() *yield { return nil }
func (*yield) yield()  { runtime.Gosched() }
func (*yield) close()  {}
