package web

import (
	"encoding/json"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// A reply is an answer that can be given again.
type reply struct {
	status int
	wait   time.Duration // how long the publisher had better wait; 0: says nothing
	body   any           // becomes text
	text   []byte
}

func (a *reply) encode() {
	text, err := json.Marshal(a.body)
	if err != nil {
		panic("web: an answer cannot be encoded: " + err.Error())
	}
	a.text, a.body = append(text, '\n'), nil
}

func (a *reply) write(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	if a.wait > 0 {
		h.Set("Retry-After", strconv.Itoa(int((a.wait+time.Second-1)/time.Second)))
	}
	w.WriteHeader(a.status)
	w.Write(a.text) // an error here is the connection's; nobody is left to tell
}

// once remembers the answers to requests with an Idempotency-Key, so that a publisher who has not heard an answer can
// ask again. Only acceptances are remembered: a refusal has appended nothing, so asking again is harmless, and a
// publisher who has corrected a body may send it under the same key.
//
// It remembers in memory, the latest keys first: a server that has restarted knows none.
type once struct {
	mu     sync.Mutex
	known  map[string]*turn
	oldest []string // the known keys, the oldest first
	bytes  int      // of them and their answers
}

// A turn is the one request of all with the same key that is doing the work, or has done it.
type turn struct {
	done   chan struct{} // closed when reply is there
	reply  reply
	failed bool // the next one with the key has a turn of its own
}

const (
	maxKey   = 255
	maxKnown = 8 << 20 // bytes
)

// answer answers the request by doing what it asks, unless its key tells that this has been done before. Of two at the
// same time the second waits for the first.
func (o *once) answer(w http.ResponseWriter, r *http.Request, do func() reply) {
	key := r.Header.Get("Idempotency-Key")
	if key == "" {
		answer := do()
		answer.encode()
		answer.write(w)
		return
	}
	if len(key) > maxKey {
		answer := refuse(http.StatusBadRequest, lineError{Error: "Idempotency-Key: has more than 255 bytes"})
		answer.encode()
		answer.write(w)
		return
	}
	key = r.Method + " " + r.URL.Path + " " + key
	for {
		t, mine := o.turn(key)
		if mine {
			o.finish(key, t, do)
			t.reply.write(w)
			return
		}
		select {
		case <-t.done:
		case <-r.Context().Done():
			return
		}
		if !t.failed {
			w.Header().Set("Idempotent-Replayed", "true")
			t.reply.write(w)
			return
		}
	}
}

// turn returns the key's turn, and whether it is the caller's.
func (o *once) turn(key string) (t *turn, mine bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if t := o.known[key]; t != nil {
		return t, false
	}
	if o.known == nil {
		o.known = make(map[string]*turn)
	}
	t = &turn{done: make(chan struct{})}
	o.known[key] = t
	return t, true
}

// finish does the work, also when it panics: others may be waiting.
func (o *once) finish(key string, t *turn, do func() reply) {
	t.failed = true
	defer func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		if t.failed {
			delete(o.known, key)
		} else {
			o.remember(key, len(t.reply.text))
		}
		close(t.done)
	}()
	t.reply = do()
	t.reply.encode()
	t.failed = t.reply.status != http.StatusOK
}

func (o *once) remember(key string, size int) {
	o.oldest = append(o.oldest, key)
	for o.bytes += len(key) + size; o.bytes > maxKnown; o.oldest = o.oldest[1:] {
		forgotten := o.oldest[0]
		o.bytes -= len(forgotten) + len(o.known[forgotten].reply.text)
		delete(o.known, forgotten)
	}
}
