//go:build js && wasm

package stream

import (
	"strings"
	"testing"

	"github.com/hack-pad/safejs"

	"flightboard/timetable"
	"flightboard/wasm/apply"
	"flightboard/wasm/follow"
)

// An answer to the follower's question that comes while a long snapshot is being applied waits for it. It must not make
// the rest of the snapshot one long task.
func TestAnAnswerWaitsForALongSnapshot(t *testing.T) {
	c := &Connection{applier: apply.New(new(timetable.Board)), ask: new(probe)}
	if !c.applier.Start("flightSnapshot", "["+strings.Repeat(" ", apply.Long)+"]") {
		t.Fatal("the snapshot is not long")
	}
	c.asked(follow.Answer{}, safejs.Value{})
	if !c.applier.Busy() || c.backlog.answer == nil || c.ask == nil {
		t.Errorf("busy %v, an answer waits %v, it can be aborted %v, want all three", c.applier.Busy(),
			c.backlog.answer != nil, c.ask != nil)
	}
}
