package browser

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"sync"
)

// An inspector is a connection to MiniBrowser's remote inspector, which can do what WebDriver cannot: run a script
// before a page's own, and report a page's messages. It is a wire's transport, whose sessions are numbers of windows.
//
// A message is the length of its body (four bytes, big endian), a byte that says that the integers in it are little
// endian, and the body: a name, a zero byte, and parameters as GVariant writes them. Here these are the number of a
// connection and of a window, with 8 bytes each, and for some names JSON and a zero byte. The JSON of a page is a
// string in a command, or an event, of the domain Target.
type inspector struct {
	conn    net.Conn
	in      *bufio.Reader
	listed  chan struct{} // gets a value when MiniBrowser has listed its first window
	created chan string   // gets a window's number when the name of its page has come

	mu    sync.Mutex
	pages map[string]string // the names of pages, by window
}

const ownProcess = 1 // the number of MiniBrowser's own connection

// newInspector tells MiniBrowser who connects. The answer is a script for older inspectors, which is not used.
func newInspector(conn net.Conn) (*inspector, error) {
	i := &inspector{
		conn: conn, in: bufio.NewReader(conn), pages: make(map[string]string),
		listed: make(chan struct{}, 1), created: make(chan string, 1),
	}
	return i, i.write("SetupInspectorClient", []byte{0})
}

// attach begins to inspect a window. It may be called by one goroutine at a time.
func (i *inspector) attach(ctx context.Context, window string) error {
	params, err := address(window)
	if err == nil {
		err = i.write("Setup", params)
	}
	if err != nil {
		return err
	}
	for {
		select {
		case created := <-i.created:
			if created == window {
				return nil
			}
		case <-ctx.Done():
			return fmt.Errorf("the inspector has no window %s: %w", window, context.Cause(ctx))
		}
	}
}

// address returns the numbers that the parameters of a window's messages begin with.
func address(window string) ([]byte, error) {
	number, err := strconv.ParseUint(window, 10, 64)
	return binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, ownProcess), number), err
}

func (i *inspector) write(name string, params []byte) error {
	body := slices.Concat([]byte(name), []byte{0}, params)
	head := append(binary.BigEndian.AppendUint32(nil, uint32(len(body))), 1)
	_, err := i.conn.Write(slices.Concat(head, body))
	return err
}

// Send sends a command to the page of the window that its session names. WebKit ignores the session in it.
func (i *inspector) Send(_ context.Context, command []byte) error {
	var m message
	if err := json.Unmarshal(command, &m); err != nil {
		return err
	}
	params, err := address(m.Session)
	if err != nil {
		return err
	}
	i.mu.Lock()
	page := i.pages[m.Session]
	i.mu.Unlock()
	wrapped, err := json.Marshal(object{
		"id": m.ID, "method": "Target.sendMessageToTarget", "params": object{"targetId": page, "message": string(command)},
	})
	if err != nil {
		return err
	}
	return i.write("SendMessageToBackend", slices.Concat(params, wrapped, []byte{0}))
}

// Receive returns the next message of a page, or the error of a command that has reached none.
func (i *inspector) Receive() ([]byte, error) {
	for {
		var head [5]byte
		if _, err := io.ReadFull(i.in, head[:]); err != nil {
			return nil, err
		}
		body := make([]byte, binary.BigEndian.Uint32(head[:]))
		if _, err := io.ReadFull(i.in, body); err != nil {
			return nil, err
		}
		name, params, _ := bytes.Cut(body, []byte{0})
		switch string(name) {
		case "SetTargetList":
			if binary.LittleEndian.Uint64(params) == ownProcess {
				signal(i.listed, struct{}{})
			}
		case "SendMessageToFrontend":
			if len(params) < 17 {
				return nil, errors.New("the inspector's message is too short")
			}
			window := strconv.FormatUint(binary.LittleEndian.Uint64(params[8:]), 10)
			if m, err := i.unwrap(window, params[16:len(params)-1]); m != nil || err != nil {
				return m, err
			}
		}
	}
}

// unwrap returns the message of a page that is in a message about the page, or nil if there is none.
func (i *inspector) unwrap(window string, wrapped []byte) ([]byte, error) {
	var m struct {
		Method string
		Error  json.RawMessage
		Params struct {
			Message    string
			TargetInfo struct{ TargetID string }
		}
	}
	if err := json.Unmarshal(wrapped, &m); err != nil {
		return nil, err
	}
	switch {
	case m.Error != nil:
		return wrapped, nil
	case m.Method == "Target.targetCreated":
		i.mu.Lock()
		i.pages[window] = m.Params.TargetInfo.TargetID
		i.mu.Unlock()
		signal(i.created, window)
	case m.Method == "Target.dispatchMessageFromTarget":
		var inner message
		if err := json.Unmarshal([]byte(m.Params.Message), &inner); err != nil {
			return nil, err
		}
		inner.Session = window
		return json.Marshal(inner)
	}
	return nil, nil
}

func (i *inspector) Close() error { return i.conn.Close() }

// signal sends the value if there is room for it.
func signal[T any](to chan T, value T) {
	select {
	case to <- value:
	default:
	}
}
