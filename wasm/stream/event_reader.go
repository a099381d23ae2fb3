//go:build js && wasm

package main

import (
	"strings"
	"unsafe"

	"github.com/hack-pad/safejs"
)

// An ear copies what events say into memory that it uses again, however much they say.
type ear struct {
	copy  safejs.Value // boot.js's: an event's ID, a line feed and its data as a Uint8Array, until it is called next
	bytes []byte
}

// An ear holds from least to keep bytes for the next event, always a power of two: memory that was given back in many
// sizes would be in pieces. Only large snapshots say more, and they are rare.
const (
	least = 16 << 10
	keep  = 1 << 20
)

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
	bytes := e.room(n)
	if _, err := safejs.CopyBytesToGo(bytes, said); err != nil {
		return "", "", err
	}
	// A string that shares the bytes instead of copying them: nobody writes them before the next event.
	id, data, _ = strings.Cut(unsafe.String(unsafe.SliceData(bytes), n), "\n")
	return strings.Clone(id), data, nil
}

func (e *ear) room(n int) []byte {
	if n > keep {
		return make([]byte, n)
	}
	if n > len(e.bytes) {
		size := least
		for size < n {
			size *= 2
		}
		e.bytes = make([]byte, size)
	}
	return e.bytes[:n]
}
