package jetstream

import (
	"context"
	"errors"
	"fmt"
	"time"

	js "github.com/nats-io/nats.go/jetstream"

	"flightboard/server/eventlog"
)

// A lostError reports that the stream ends before a position that the node has: its servers have lost changes that they
// had acknowledged, or one that is behind has answered.
type lostError struct{ last, have eventlog.Position }

func (e *lostError) Error() string {
	return fmt.Sprintf("the stream ends at %d, and this node has %d: the servers have lost changes that they had "+
		"acknowledged; a new stream is needed", e.last, e.have)
}

var errStalled = errors.New("the stream goes on, and its consumer does not")

// ends returns the positions of the stream's first and last messages; of an empty one, first is last+1.
func ends(is *js.StreamInfo) (first, last eventlog.Position) {
	first, last = eventlog.Position(is.State.FirstSeq), eventlog.Position(is.State.LastSeq)
	if is.State.Msgs == 0 {
		first = last + 1
	}
	return first, last
}

// follow makes the log equal to the stream, and then receives its messages until that fails. It calls reached when the
// log has what the stream has at the start.
func (n *Node) follow(ctx context.Context, reached func()) error {
	stream, err := n.open(ctx)
	if err != nil {
		return err
	}
	first, last := ends(stream.CachedInfo())
	switch {
	case !n.begun, n.log.Received()+1 < first:
		if err := n.rebuild(ctx, stream.CachedInfo()); err != nil {
			return err
		}
		n.begun = true
	case last < n.log.Received():
		return &lostError{last, n.log.Received()}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r, err := n.read(ctx, n.log.Received()+1)
	if err != nil {
		return err
	}
	if n.log.Received() >= last {
		reached()
		reached = nil
	}
	ticker := time.NewTicker(watch)
	defer ticker.Stop()
	var seen eventlog.Position
	for {
		select {
		case m, ok := <-r.messages:
			if !ok {
				return r.err
			}
			batch := []eventlog.Message{m}
			for len(r.messages) > 0 && len(batch) < most {
				if m, ok = <-r.messages; ok {
					batch = append(batch, m)
				}
			}
			if err := n.log.Receive(batch...); err != nil {
				return err // a gap leads to a rebuild if the stream has moved on, and is read again otherwise
			}
			n.state.received(time.Now(), len(batch))
			if reached != nil && n.log.Received() >= last {
				reached()
				reached = nil
			}
		case <-ticker.C:
			now, err := stream.Info(ctx)
			if err != nil {
				return err
			}
			first, last := ends(now)
			have := n.log.Received()
			switch {
			case last < have:
				return &lostError{last, have}
			case last > have && have == seen:
				return errStalled
			}
			seen = have
			n.state.heard(time.Now())
			n.noteStream(first, now)
		}
	}
}

// most is the most messages that are received at once.
const most = 1000

// A reading is the messages of the stream from a position on.
type reading struct {
	messages chan eventlog.Message // closed when there are no more
	err      error                 // why; it is set before
}

// read reads the stream with an ordered consumer, from a position on, until that fails or ctx is done.
func (n *Node) read(ctx context.Context, from eventlog.Position) (*reading, error) {
	consumer, err := n.js.OrderedConsumer(ctx, n.Stream, js.OrderedConsumerConfig{
		DeliverPolicy: js.DeliverByStartSequencePolicy, OptStartSeq: uint64(from), MaxResetAttempts: 1,
		InactiveThreshold: time.Minute})
	if err != nil {
		return nil, err
	}
	iterator, err := consumer.Messages(js.PullExpiry(5*time.Second), js.PullHeartbeat(time.Second),
		js.PullMaxMessages(2*most))
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, iterator.Stop)
	r := &reading{messages: make(chan eventlog.Message, most)}
	go func() {
		defer close(r.messages)
		defer iterator.Stop()
		defer stop()
		for {
			m, err := iterator.Next()
			var message eventlog.Message
			if err == nil {
				message, err = decode(m)
			}
			if r.err = err; err != nil {
				return
			}
			select {
			case r.messages <- message:
			case <-ctx.Done():
				r.err = context.Cause(ctx)
				return
			}
		}
	}()
	return r, nil
}
