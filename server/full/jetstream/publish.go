package jetstream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nuid"

	"flightboard/server/eventlog"
)

// Most implements [eventlog.Stream]: a batch has at most 1,000 messages.
func (n *Node) Most() int { return 1000 }

// Append implements [eventlog.Stream]. A group of several records is an atomic batch. If the answer is lost, the same
// group is published again, on the same condition, so it gets into the stream once at most; and a message at its
// first position shows whether it is there.
func (n *Node) Append(g eventlog.Group) error {
	id := nuid.Next()
	messages := encode(g, n.Stream, id)
	if err := n.checkSizes(messages); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), publishTime)
	defer cancel()
	for {
		err := n.publish(ctx, g.First, messages)
		if err != nil {
			err = n.resolve(ctx, g.First, id, err)
		}
		switch {
		case err == nil:
			n.appended(g)
			return nil
		case errors.Is(err, eventlog.ErrBehind), isFinal(err), n.conn.IsClosed():
			return err
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return fmt.Errorf("jetstream does not answer, and may publish them all the same: %w", err)
		}
	}
}

// checkSizes refuses messages that no server takes.
func (n *Node) checkSizes(messages []*nats.Msg) error {
	limit := n.conn.MaxPayload()
	for i, m := range messages {
		if size := int64(m.Size()); limit > 0 && size > limit {
			err := fmt.Errorf("has %d bytes, and a message of the NATS server at most %d; max_payload is its setting",
				size, limit)
			return &eventlog.RefusedError{Changes: []eventlog.Refusal{{Index: i, Err: err}}}
		}
	}
	return nil
}

// publish publishes the messages of a group, and waits for the answer to the last one.
func (n *Node) publish(ctx context.Context, first eventlog.Position, messages []*nats.Msg) error {
	ctx, cancel := context.WithTimeout(ctx, attempt)
	defer cancel()
	last := messages[len(messages)-1]
	for _, m := range messages[:len(messages)-1] {
		if err := n.conn.PublishMsg(m); err != nil {
			return err
		}
	}
	text, err := n.conn.RequestMsgWithContext(ctx, last)
	if err != nil {
		return err
	}
	var answer struct {
		Stream   string            `json:"stream"`
		Sequence eventlog.Position `json:"seq"`
		Error    *js.APIError      `json:"error"`
	}
	if err := json.Unmarshal(text.Data, &answer); err != nil {
		return fmt.Errorf("the answer to a message: %w", err)
	}
	if answer.Error != nil {
		return answer.Error
	}
	want := first + eventlog.Position(len(messages)) - 1
	if answer.Stream != n.Stream || answer.Sequence != want {
		return fmt.Errorf("the message is at %d of the stream %q, want %d of %q", answer.Sequence, answer.Stream, want,
			n.Stream)
	}
	return nil
}

// resolve returns what has become of a group that could not be published: nil if it is in the stream, ErrBehind if
// something else is in its place, or the error.
func (n *Node) resolve(ctx context.Context, first eventlog.Position, id string, err error) error {
	ctx, cancel := context.WithTimeout(ctx, request)
	defer cancel()
	stream, failed := n.js.Stream(ctx, n.Stream)
	if failed != nil {
		return err
	}
	m, failed := stream.GetMsg(ctx, uint64(first))
	switch {
	case failed != nil:
		return err
	case idOf(m.Header) == id:
		return nil
	}
	return eventlog.ErrBehind
}

// isFinal reports whether the same group would fail again.
func isFinal(err error) bool {
	answer, ok := errors.AsType[*js.APIError](err)
	if !ok {
		return false
	}
	switch answer.ErrorCode {
	case js.JSErrCodeStreamWrongLastSequence, js.JSErrCodeStreamWrongLastSequenceConstant,
		batchIncomplete, batchInFlight, batchesInFlight:
		return false
	}
	return answer.Code < 500 || answer.ErrorCode == noResources || answer.ErrorCode == notStored
}

// Error codes of the server.
const (
	noResources     = 10023 // memory or disk is full
	notStored       = 10077 // the stream cannot be written, or is full
	batchIncomplete = 10176
	batchInFlight   = 10201
	batchesInFlight = 10210
)
