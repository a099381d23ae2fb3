// Command works runs code that needs the runtime's tables of functions, and prints the results. With an argument it
// panics at the end.
package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
)

func main() {
	fmt.Println("callers:", strings.Join(callers(), " "))
	fmt.Println("recovered:", recovered())
	done := make(chan int)
	for range 4 {
		go func() { done <- deep(10_000, &node{}) }()
	}
	for range 4 {
		fmt.Println("deep:", <-done)
	}
	if len(os.Args) > 1 {
		outer(nil)
	}
}

// callers returns the functions that have called, one of them inlined.
func callers() []string {
	pcs := make([]uintptr, 8)
	frames := runtime.CallersFrames(pcs[:inlined(pcs)])
	var names []string
	for {
		frame, more := frames.Next()
		if !strings.HasPrefix(frame.Function, "runtime.") {
			names = append(names, fmt.Sprintf("%s:%s:%d", frame.Function, frame.File, frame.Line))
		}
		if !more {
			return names
		}
	}
}

func inlined(pcs []uintptr) int { return runtime.Callers(1, pcs) }

// recovered panics in an inlined function and recovers in a deferred one that is inlined too.
func recovered() (what any) {
	defer func() { what = recover() }()
	index([]int{1}, 2)
	return nil
}

func index(s []int, i int) int { return s[i] }

type node struct {
	up    *node
	depth int
}

// deep grows the stack, which moves it and all pointers into it, with garbage collected on the way
// down: what only the stack keeps alive has to be there on the way up.
func deep(n int, up *node) int {
	here := node{up, up.depth + 1}
	kept := &node{depth: n}
	if n%1000 == 0 {
		runtime.GC()
	}
	if n > 0 && deep(n-1, &here) != here.depth+n-1 {
		panic("a level is lost")
	}
	if here.up != up || kept.depth != n {
		panic("a pointer is lost")
	}
	return up.depth + n
}

//go:noinline
func outer(n *node) { fmt.Println(n.depth) }
