package web

import (
	"crypto/sha256"
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

// send writes an answer that is not given again.
func (a reply) send(w http.ResponseWriter) {
	a.encode()
	a.write(w)
}

// once remembers the answers to requests with an Idempotency-Key, so that a publisher who has not heard an answer can
// ask again. Each publisher has keys of its own. Only acceptances are remembered: a refusal has appended nothing, so
// asking again is harmless, and a publisher who has corrected a body may send it under the same key.
//
// It remembers in memory, the latest keys first: a server that has restarted knows none.
type once struct {
	mu     sync.Mutex
	known  map[onceKey]*turn
	oldest []onceKey // the known keys, the oldest first
	bytes  int       // of them and their answers
}

// An onceKey belongs to a publisher, and to a method and a path.
type onceKey struct {
	publisher publisher
	target    string
	key       string
}

// A turn is the one request of all with the same key that is doing the work, or has done it.
type turn struct {
	request [sha256.Size]byte // of the body
	done    chan struct{}     // closed when reply is there
	reply   reply
	failed  bool // the next one with the key has a turn of its own
}

const (
	maxKey   = 255
	maxKnown = 8 << 20 // bytes
)

// answer answers the request by doing what it asks, unless its key tells that this has been done before. Of two at the
// same time the second waits for the first. A key that has come with another body
// is an error.
func (o *once) answer(w http.ResponseWriter, r *http.Request, p publisher, body []byte, do func() reply) {
	key := onceKey{p, r.Method + " " + r.URL.Path, r.Header.Get("Idempotency-Key")}
	if key.key == "" {
		do().send(w)
		return
	}
	if len(key.key) > maxKey {
		refuse(http.StatusBadRequest, lineError{Error: "Idempotency-Key: has more than 255 bytes"}).send(w)
		return
	}
	request := sha256.Sum256(body)
	for {
		t, mine := o.turn(key, request)
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
		switch {
		case t.failed:
		case t.request != request:
			const reason = "Idempotency-Key: was used with another body; nothing was taken"
			refuse(http.StatusUnprocessableEntity, lineError{Error: reason}).send(w)
			return
		default:
			w.Header().Set("Idempotent-Replayed", "true")
			t.reply.write(w)
			return
		}
	}
}

// turn returns the key's turn, and whether it is the caller's.
func (o *once) turn(key onceKey, request [sha256.Size]byte) (t *turn, mine bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if t := o.known[key]; t != nil {
		return t, false
	}
	if o.known == nil {
		o.known = make(map[onceKey]*turn)
	}
	t = &turn{request: request, done: make(chan struct{})}
	o.known[key] = t
	return t, true
}

// finish does the work, also when it panics: others may be waiting.
func (o *once) finish(key onceKey, t *turn, do func() reply) {
	t.failed = true
	defer func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		if t.failed {
			delete(o.known, key)
		} else {
			o.remember(key, t)
		}
		close(t.done)
	}()
	t.reply = do()
	t.reply.encode()
	t.failed = t.reply.status != http.StatusOK
}

// remember keeps the turn that is done, and forgets the oldest.
func (o *once) remember(key onceKey, t *turn) {
	o.oldest = append(o.oldest, key)
	for o.bytes += sizeOf(key, t); o.bytes > maxKnown; o.oldest = o.oldest[1:] {
		forgotten := o.oldest[0]
		o.bytes -= sizeOf(forgotten, o.known[forgotten])
		delete(o.known, forgotten)
	}
}

// sizeOf is about how many bytes a turn takes, those of the maps and slices that hold it included.
func sizeOf(key onceKey, t *turn) int {
	return 256 + len(key.target) + len(key.key) + len(t.reply.text)
}
