//go:build js && wasm

package stream

import (
	"errors"
	"time"

	"flightboard/wasm/dom"
	"flightboard/wasm/follow"
)

// readDescription reads the data of the event flightBoard, of which every part may be missing.
func readDescription(data string) (d follow.Description, err error) {
	var c dom.Caller
	board := c.Call(c.Global("JSON"), "parse", data)
	text := func(name string) string {
		value := c.Get(board, name)
		if c.Err() != nil || value.IsUndefined() {
			return ""
		}
		return c.Text(value)
	}
	city, airport, at := text("city"), text("airport"), text("time")
	if d.Place = city + " " + airport; city == "" || airport == "" {
		d.Place = city + airport
	}
	d.Recording = text("recording")
	if credit := c.Get(board, "credit"); c.Err() == nil && !credit.IsUndefined() {
		d.Credit = c.Text(c.Call(credit, "join", " · "))
	}
	d.Speed = 1
	if speed := c.Get(board, "speed"); c.Err() == nil && !speed.IsUndefined() {
		d.Speed = c.Float(speed)
	}
	if at != "" && c.Err() == nil {
		utc, ok := milliseconds(&c, at)
		local, ok2 := milliseconds(&c, at[:min(len(at), len("2006-01-02T15:04:05"))]+"Z")
		if !ok || !ok2 || !(d.Speed > 0) {
			c.Fail(errors.New("not a clock"))
		}
		d.Time, d.East = time.UnixMilli(utc), time.Duration(local-utc)*time.Millisecond
	}
	return d, c.Take()
}

// milliseconds parses a time as the browser does.
func milliseconds(c *dom.Caller, text string) (utc int64, ok bool) {
	parsed := c.Float(c.Call(c.Global("Date"), "parse", text))
	return int64(parsed), parsed == parsed
}
