//go:build js && wasm

// Command throws prints what safejs makes of exceptions and panics.
package main

import (
	"errors"
	"time"

	"github.com/hack-pad/safejs"
)

func main() {
	array, _ := safejs.Global().Get("Array")
	for _, err := range []error{
		second(array.New(-1)),
		second(array.Call("no such method")),
		second(array.InstanceOf(safejs.Null())),
		second(safejs.ValueOf(struct{ rows int }{})),
		second(safejs.Null().Get("rows")),
	} {
		println(err.Error(), errors.Unwrap(err) != nil)
	}

	timer := time.NewTimer(time.Millisecond) // Its kind depends on a setting in GODEBUG.
	defer timer.Stop()
	<-timer.C
	println(len(timer.C), cap(timer.C))
}

func second[T any](_ T, err error) error { return err }
