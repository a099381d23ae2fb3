package web

import (
	"crypto/sha256"
	"encoding/json"
	"net/http"
	"strconv"
	"sync"
	"time"

	"flightboard/server/token"
)

// A reply is an answer that can be sent again.
type reply struct {
	status int
	shared bool          // a flight was named by a number that several have
	wait   time.Duration // for Retry-After; 0: none
	body   any           // is encoded as text
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
	w.Write(a.text) // fails only if the connection is broken
}

// send writes an answer that is not sent again.
func (a reply) send(w http.ResponseWriter) {
	a.encode()
	a.write(w)
}

// idempotency remembers the answers to requests with an Idempotency-Key, so that a publisher that did not get an answer
// can repeat the request. Each publisher has its own keys. Only acceptances are remembered: a rejected request has
// appended nothing, so repeating it is harmless, and a corrected body may come with the same key.
//
// The keys are in memory only: a restart forgets them. If there are too many, the oldest are forgotten.
type idempotency struct {
	most int // bytes of keys and answers

	mu     sync.Mutex
	known  map[requestKey]*attempt
	oldest []requestKey // the known keys, the oldest first
	bytes  int          // of them and their answers
}

// A requestKey belongs to a publisher, and to a method and a path.
type requestKey struct {
	publisher token.Hash // its key
	target    string
	key       string
}

// An attempt is the one request, of those with the same key, that does the work or has done it.
type attempt struct {
	request [sha256.Size]byte // of the body
	done    chan struct{}     // closed when reply is set
	reply   reply
	failed  bool // the next request with the key makes a new attempt
}

const maxKey = 255

// answer calls do and sends its reply, or sends the earlier reply if the key is known. If another request with the key
// is being processed, it waits for that one. A key that has come with another body is an error.
func (d *idempotency) answer(w http.ResponseWriter, r *http.Request, p publisher, body []byte, do func() reply) {
	key := requestKey{p.key, r.Method + " " + r.URL.Path, r.Header.Get("Idempotency-Key")}
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
		t, mine := d.begin(key, request)
		if mine {
			d.finish(key, t, do)
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

// begin returns the attempt of a key, and whether it is the caller's.
func (d *idempotency) begin(key requestKey, request [sha256.Size]byte) (t *attempt, mine bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if t := d.known[key]; t != nil {
		return t, false
	}
	if d.known == nil {
		d.known = make(map[requestKey]*attempt)
	}
	t = &attempt{request: request, done: make(chan struct{})}
	d.known[key] = t
	return t, true
}

// finish calls do and ends the attempt, also if do panics, because other requests may wait for it.
func (d *idempotency) finish(key requestKey, t *attempt, do func() reply) {
	t.failed = true
	defer func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		if t.failed {
			delete(d.known, key)
		} else {
			d.remember(key, t)
		}
		close(t.done)
	}()
	t.reply = do()
	t.reply.encode()
	t.failed = t.reply.status != http.StatusOK
}

// remember keeps a finished attempt, and forgets the oldest ones beyond most.
func (d *idempotency) remember(key requestKey, t *attempt) {
	d.oldest = append(d.oldest, key)
	for d.bytes += sizeOf(key, t); d.bytes > d.most; d.oldest = d.oldest[1:] {
		forgotten := d.oldest[0]
		d.bytes -= sizeOf(forgotten, d.known[forgotten])
		delete(d.known, forgotten)
	}
}

// sizeOf estimates the bytes of memory of an attempt, including its entries in maps and slices.
func sizeOf(key requestKey, t *attempt) int {
	return 256 + len(key.target) + len(key.key) + len(t.reply.text)
}
