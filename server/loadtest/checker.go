package main

import (
	"bytes"
	"fmt"
	"time"

	"flightboard/server/eventlog"
)

// A checker follows what one viewer gets, across reconnections. It knows which event comes next, to the byte.
type checker struct {
	ledger *ledger
	next   int              // number of the update that comes next
	joined bool             // the viewer has its start: a snapshot, or the place where it resumes
	gaps   map[int]struct{} // numbers that were passed over; nil if there were none
}

// known removes blocks from the beginning of text that another viewer got at this place, byte for byte, and that were
// checked then. It returns the rest. Nearly all deliveries are taken here: BenchmarkReceive.
func (c *checker) known(text []byte, now time.Time) []byte {
	for c.joined && c.next < len(c.ledger.entries) {
		first := &c.ledger.entries[c.next]
		if first.block == nil || !bytes.HasPrefix(text, first.block) {
			break
		}
		text = text[len(first.block):]
		for range first.count {
			c.ledger.delivered(c.next, &c.ledger.entries[c.next], now)
			c.next++
		}
	}
	return text
}

// event checks an event and notes it. It returns what is wrong with it, and counts that in the tally.
func (c *checker) event(e *event, now time.Time) error {
	switch string(e.kind) {
	case "flightStateUpdate", "flightAddition", "flightRemoval":
		if len(e.lines) != 1 {
			return c.corrupt("an update has %d lines of data", len(e.lines))
		}
		first := c.next
		if err := c.update(string(e.kind), e.lines[0], now); err != nil {
			return err
		}
		return c.position(e, first)
	case "flightChanges":
		first := c.next
		for _, line := range e.lines {
			eventType, data, ok := splitLine(line)
			if !ok {
				return c.corrupt("a line of flightChanges is %q", line)
			}
			if err := c.update(eventType, data, now); err != nil {
				return err
			}
		}
		return c.position(e, first)
	case "flightSnapshot":
		return c.snapshot(e)
	case "heartbeat":
		if c.ledger.tally.Heartbeats++; e.id != nil {
			return c.corrupt("a heartbeat has the ID %s", e.id)
		}
		return nil
	}
	return c.corrupt("an event of the type %q", e.kind)
}

// splitLine returns the event type and the data of a line of flightChanges.
func splitLine(line []byte) (eventType string, data []byte, ok bool) {
	line, begins := bytes.CutPrefix(line, []byte(`{"event":"`))
	name, data, named := bytes.Cut(line, []byte(`","data":`))
	data, ends := bytes.CutSuffix(data, []byte("}"))
	return string(name), data, begins && named && ends
}

// position checks the ID of an event whose updates are right: it is the position of the last. first is the number of
// the first update.
func (c *checker) position(e *event, first int) error {
	if at, ok := eventlog.ParsePosition(string(e.id)); !ok || at != c.at() {
		return c.corrupt("update %d has the ID %q, want %d", c.next-1, e.id, c.at())
	}
	c.ledger.remember(e.text, first, c.next-first)
	return nil
}

// update checks the type and the data of one update.
func (c *checker) update(eventType string, data []byte, now time.Time) error {
	if !c.joined {
		return c.corrupt("an update came before the snapshot")
	}
	entry := c.ledger.entry(c.next)
	if entry == nil || entry.eventType != eventType || !bytes.Equal(entry.data, data) {
		return c.unexpected(eventType, data)
	}
	c.ledger.delivered(c.next, entry, now)
	c.next++
	return nil
}

// unexpected returns what is wrong when anything but the next update has come.
func (c *checker) unexpected(eventType string, data []byte) error {
	tally, period := &c.ledger.tally, c.ledger.sequence.period()
	number, ok := c.ledger.sequence.locate(eventType, data)
	if !ok {
		return c.corrupt("want update %d, got %q", c.next, data)
	}
	ahead := ((number-c.next)%period + period) % period
	if came := c.next + ahead; came < c.ledger.published() {
		if c.gaps == nil {
			c.gaps = map[int]struct{}{}
		}
		for n := c.next; n < came; n++ {
			c.gaps[n] = struct{}{}
		}
		tally.Lost += int64(ahead)
		err := fmt.Errorf("lost: update %d came after %d", came, c.next-1)
		c.next = came + 1
		return err
	}
	came := c.next + ahead - period
	switch _, late := c.gaps[came]; {
	case late:
		delete(c.gaps, came)
		tally.Lost--
		tally.Reordered++
		return fmt.Errorf("out of order: update %d came after %d", came, c.next-1)
	case came < 0:
		return c.corrupt("update %d has not been published", c.next+ahead)
	}
	tally.Doubled++
	return fmt.Errorf("doubled: update %d came again after %d", came, c.next-1)
}

// at is the position of the newest thing that the viewer has.
func (c *checker) at() eventlog.Position { return c.ledger.start + eventlog.Position(c.next) }

// snapshot takes a viewer to the snapshot's position. What it passes over so is not lost: the snapshot has it.
func (c *checker) snapshot(e *event) error {
	c.ledger.tally.Snapshots++
	at, ok := eventlog.ParsePosition(string(e.id))
	if !ok || at < c.ledger.start || at > c.ledger.start+eventlog.Position(c.ledger.published()) {
		return c.corrupt("a snapshot has the ID %q", e.id)
	}
	if err := c.ledger.snapshot(at, e.lines); err != nil {
		return c.corrupt("%v", err)
	}
	if c.joined && at < c.at() {
		return c.corrupt("a snapshot leads back from %d to %d", c.at(), at)
	}
	for ; c.at() < at; c.next++ {
		c.ledger.has(c.next, c.ledger.entry(c.next))
	}
	if !c.joined {
		c.joined = true
		c.ledger.opening.remember(e.text, *c)
	}
	return nil
}

func (c *checker) corrupt(format string, args ...any) error {
	c.ledger.tally.Corrupt++
	return fmt.Errorf("corrupt: "+format, args...)
}
