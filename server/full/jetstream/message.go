package jetstream

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"flightboard/server/eventlog"
	"flightboard/server/eventstream"
	"flightboard/server/override"
	"flightboard/timetable"
)

// The headers of a message. Its data is the record, as viewers get it; empty: it has none.
const (
	headerOverride      = "Flightboard-Override" // one for each flight whose overrides differ after the message
	headerID            = "Nats-Msg-Id"          // of a message that is not in a batch
	headerExpected      = "Nats-Expected-Last-Sequence"
	headerBatch         = "Nats-Batch-Id"
	headerBatchSequence = "Nats-Batch-Sequence"
	headerBatchCommit   = "Nats-Batch-Commit"
)

func subject(stream string) string { return "flightboard." + stream }

// encode returns the messages of a group, whose ID is in each of them.
func encode(g eventlog.Group, stream, id string) []*nats.Msg {
	messages := make([]*nats.Msg, max(len(g.Records), 1))
	for i := range messages {
		m := nats.NewMsg(subject(stream))
		if len(g.Records) > 0 {
			m.Data = g.Records[i]
		}
		if len(messages) == 1 {
			m.Header.Set(headerID, id)
		} else {
			m.Header.Set(headerBatch, id)
			m.Header.Set(headerBatchSequence, strconv.Itoa(i+1))
		}
		messages[i] = m
	}
	messages[0].Header.Set(headerExpected, (g.First - 1).String())
	last := messages[len(messages)-1].Header
	if len(messages) > 1 {
		last.Set(headerBatchCommit, "1")
	}
	for _, c := range g.Overrides {
		last.Add(headerOverride, override.Line(c.Key, c.After))
	}
	return messages
}

// idOf returns the ID of the group that a message is of.
func idOf(h nats.Header) string {
	if id := h.Get(headerBatch); id != "" {
		return id
	}
	return h.Get(headerID)
}

// decode returns a message of the stream. Its record must name its position.
func decode(from js.Msg) (m eventlog.Message, err error) {
	is, err := from.Metadata()
	if err != nil {
		return m, err
	}
	m.At = eventlog.Position(is.Sequence.Stream)
	for e, err := range eventstream.Read(bytes.NewReader(from.Data())) {
		if err != nil {
			return m, fmt.Errorf("the message at %d: %w", m.At, err)
		}
		if m.Record != nil || e.ID != m.At.String() {
			return m, fmt.Errorf("the message at %d has the record %.40q; only flightboard may publish to the stream",
				m.At, e.ID)
		}
		m.Record = &eventlog.Record{At: m.At, Type: e.Type, Data: bytes.Clone(e.Data)}
	}
	if m.Record == nil && len(from.Data()) > 0 {
		return m, fmt.Errorf("the message at %d is not a record; only flightboard may publish to the stream", m.At)
	}
	for _, line := range from.Headers().Values(headerOverride) {
		key, o, err := override.ParseLine(line)
		if err != nil {
			return m, fmt.Errorf("the message at %d: %s: %w", m.At, headerOverride, err)
		}
		if m.Overrides == nil {
			m.Overrides = make(map[string]*timetable.OverriddenFlight)
		}
		m.Overrides[key] = o
	}
	return m, nil
}
