//go:build js && wasm

package stream

import (
	"errors"
	"time"

	"github.com/hack-pad/safejs"

	"flightboard/wasm/dom"
	"flightboard/wasm/follow"
)

// endsSession reports whether the data of a closedConnection is {"reason":"signInAgain"}.
func endsSession(data string) bool {
	if data == "" {
		return false
	}
	var c dom.Caller
	reason := c.Text(c.Get(c.Call(c.Global("JSON"), "parse", data), "reason"))
	return c.Take() == nil && reason == "signInAgain"
}

// readHeartbeat reads a heartbeat's data, {"time":…,"silent":[{"feed":…,"since":…}],"rejected":[{"feed":…,"rows":…}]},
// of which every part may be missing. It calls the browser's parsers of JSON and times: heartbeats are rare, so their
// speed does not matter.
func readHeartbeat(data string) (server time.Time, silent []follow.Silence, err error) {
	if data == "" {
		return time.Time{}, nil, nil
	}
	var c dom.Caller
	beat := c.Call(c.Global("JSON"), "parse", data)
	parseTime := func(text safejs.Value) time.Time {
		if text.IsUndefined() || c.Err() != nil {
			return time.Time{}
		}
		utc, ok := milliseconds(&c, c.Text(text))
		if !ok {
			c.Fail(errors.New("not a time"))
		}
		if c.Err() != nil {
			return time.Time{}
		}
		return time.UnixMilli(utc)
	}
	server = parseTime(c.Get(beat, "time"))
	each := func(list string, add func(feed safejs.Value)) {
		feeds := c.Get(beat, list)
		if c.Err() != nil || feeds.IsUndefined() {
			return
		}
		n, err := feeds.Length()
		if err != nil {
			c.Fail(err)
		}
		for i := range n {
			add(c.Index(feeds, i))
		}
	}
	each("silent", func(feed safejs.Value) {
		silent = append(silent, follow.Silence{Feed: c.Text(c.Get(feed, "feed")), Since: parseTime(c.Get(feed, "since"))})
	})
	each("rejected", func(feed safejs.Value) {
		rows := int(c.Float(c.Get(feed, "rows")))
		silent = append(silent, follow.Silence{Feed: c.Text(c.Get(feed, "feed")), Rows: rows})
	})
	return server, silent, c.Take()
}
