//go:build js && wasm

package main

import (
	"errors"
	"time"

	"github.com/hack-pad/safejs"

	"flightboard/wasm/follow"
)

// heartbeat reads a heartbeat's data: {"time":…,"silent":[{"feed":…,"since":…}]}, where everything may be missing. It
// leaves JSON and times to the browser: heartbeats are rare, and what they say does not belong to the timetable.
func heartbeat(data string) (server time.Time, silent []follow.Silence, err error) {
	if data == "" {
		return time.Time{}, nil, nil
	}
	var d dom
	global := safejs.Global()
	beat := d.call(d.get(global, "JSON"), "parse", data)
	date := d.get(global, "Date")
	instant := func(text safejs.Value) time.Time {
		if text.IsUndefined() || d.err != nil {
			return time.Time{}
		}
		milliseconds, err := d.call(date, "parse", text).Float()
		if err == nil && milliseconds != milliseconds {
			err = errors.New("not a time")
		}
		if err != nil {
			d.err = err
			return time.Time{}
		}
		return time.UnixMilli(int64(milliseconds))
	}
	server = instant(d.get(beat, "time"))
	feeds := d.get(beat, "silent")
	if d.err != nil || feeds.IsUndefined() {
		return server, nil, d.take()
	}
	n, err := feeds.Length()
	if err != nil {
		return server, nil, err
	}
	for i := range n {
		feed := d.index(feeds, i)
		silent = append(silent, follow.Silence{Feed: d.text(d.get(feed, "feed")), Since: instant(d.get(feed, "since"))})
	}
	return server, silent, d.take()
}
