//go:build js && wasm

package stream

import (
	"time"

	"flightboard/wasm/dom"
	"flightboard/wasm/follow"
)

// readRefusal reads the data of the event refusal, {"status":503,"wait":9}, as the answer that other clients get. An
// EventSource cannot read that.
func readRefusal(data string) (follow.Answer, error) {
	var c dom.Caller
	refusal := c.Call(c.Global("JSON"), "parse", data)
	a := follow.Answer{Status: int(c.Float(c.Get(refusal, "status")))}
	a.Wait = time.Duration(c.Float(c.Get(refusal, "wait")) * float64(time.Second))
	return a, c.Take()
}
