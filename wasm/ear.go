//go:build js && wasm

package main

import (
	"strings"
	"unsafe"

	"github.com/hack-pad/safejs"
)

// An ear copies what events say into memory that it uses again: a stream of messages leaves nothing to collect.
type ear struct {
	copy  safejs.Value // boot.js's: an event's ID, a line feed and its data as a Uint8Array, until it is called next
	bytes []byte
}

// keep is how many bytes an ear holds for the next event. Only snapshots say more, and they are rare.
const keep = 256 << 10

// hear returns an event's ID and its data. The data is the ear's: it may be read until the next event.
func (e *ear) hear(event safejs.Value) (id, data string, err error) {
	said, err := e.copy.Invoke(event)
	if err != nil {
		return "", "", err
	}
	n, err := said.Length()
	if err != nil {
		return "", "", err
	}
	bytes := e.bytes
	if n > len(bytes) {
		bytes = make([]byte, max(n, min(2*n, keep)))
		if n <= keep {
			e.bytes = bytes
		}
	}
	bytes = bytes[:n]
	if _, err := safejs.CopyBytesToGo(bytes, said); err != nil {
		return "", "", err
	}
	// A string that shares the bytes instead of copying them: nobody writes them before the next event.
	id, data, _ = strings.Cut(unsafe.String(unsafe.SliceData(bytes), n), "\n")
	return strings.Clone(id), data, nil
}
