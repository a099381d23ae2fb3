package browser

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
)

// A wire is the common part of the DevTools protocol and WebDriver BiDi: JSON messages, each a
// command with a number, the answer to a command, or an event. One goroutine reads; any may call.
type wire struct {
	transport transport
	onEvent   func(session, method string, params json.RawMessage) // Called by the reader: must not call back.

	mu      sync.Mutex
	last    int64
	waiting map[int64]chan message
	err     error // Why no more answers come.
	done    chan struct{}
}

// A transport carries whole messages. Send may be called by many goroutines, one at a time.
type transport interface {
	Send(ctx context.Context, message []byte) error
	Receive() ([]byte, error)
	Close() error
}

// A message is any message of either protocol. The two differ in errors: the DevTools protocol has
// an object with the text in it, BiDi has an error code and the text beside it.
type message struct {
	ID      int64           `json:"id,omitempty"`
	Session string          `json:"sessionId,omitempty"` // DevTools protocol only
	Method  string          `json:"method,omitempty"`
	Params  json.RawMessage `json:"params,omitempty"`
	Result  json.RawMessage `json:"result,omitempty"`
	Error   json.RawMessage `json:"error,omitempty"`
	Message string          `json:"message,omitempty"`
}

// newWire starts reading; close ends it.
func newWire(t transport, onEvent func(session, method string, params json.RawMessage)) *wire {
	w := &wire{transport: t, onEvent: onEvent, waiting: make(map[int64]chan message), done: make(chan struct{})}
	go w.read()
	return w
}

// close closes the transport and waits for the reader to end.
func (w *wire) close() error {
	err := w.transport.Close()
	<-w.done
	return err
}

// call sends a command, waits for its answer, and stores the answer's result unless result is nil.
func (w *wire) call(ctx context.Context, session, method string, params, result any) error {
	encoded, err := json.Marshal(params)
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	answer := make(chan message, 1)
	w.mu.Lock()
	w.last++
	id := w.last
	w.waiting[id] = answer
	w.mu.Unlock()
	defer func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.waiting, id)
	}()

	command, err := json.Marshal(message{ID: id, Session: session, Method: method, Params: encoded})
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	if err := w.transport.Send(ctx, command); err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	select {
	case m := <-answer:
		if m.Error != nil {
			return fmt.Errorf("%s: %s", method, m.errorText())
		}
		if result == nil {
			return nil
		}
		return json.Unmarshal(m.Result, result)
	case <-w.done:
		return fmt.Errorf("%s: the browser is gone: %w", method, w.err)
	case <-ctx.Done():
		return fmt.Errorf("%s: %w", method, context.Cause(ctx))
	}
}

// read delivers answers and events until the transport ends.
func (w *wire) read() {
	defer close(w.done)
	for {
		b, err := w.transport.Receive()
		if err != nil {
			w.err = err
			return
		}
		var m message
		if err := json.Unmarshal(b, &m); err != nil {
			w.err = errors.Join(errors.New("cannot read a message"), err)
			return
		}
		if m.ID == 0 {
			w.onEvent(m.Session, m.Method, m.Params)
			continue
		}
		w.mu.Lock()
		answer := w.waiting[m.ID]
		w.mu.Unlock()
		if answer != nil {
			answer <- m
		}
	}
}

func (m message) errorText() string {
	var devtools struct{ Message, Data string }
	if json.Unmarshal(m.Error, &devtools) == nil {
		return devtools.Message + " " + devtools.Data
	}
	return string(m.Error) + " " + m.Message
}
