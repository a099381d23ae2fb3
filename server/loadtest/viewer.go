package main

import (
	"time"
)

// A viewer is one connection, and its position from before it was cut.
type viewer struct {
	wire    wire
	scanner scanner
	checker checker
	dialed  time.Time
	stale   bool               // it comes back with an ID that is too old
	text    func([]byte) error // its own methods: made once, not for each piece
	each    func(*event) error
	now     time.Time // when the piece came that is being looked at
	up      bool      // counted among those who have their start
	opened  int       // bytes of the ledger's opening that have come
	reply   []byte    // what the server has to get for the last piece
}

func newViewer(l *ledger) *viewer {
	v := &viewer{checker: checker{ledger: l}}
	v.text = v.stream
	v.each = v.event
	v.wire = newWire(form{}, v)
	return v
}

// request begins a new connection, which the others share, and returns what to send on it.
func (v *viewer) request(host string, f form, now time.Time, others ...*viewer) string {
	for _, other := range others {
		other.begin(newPlainWire(f, other, nil), now)
	}
	v.begin(newWire(f, v, others...), now)
	request := v.wire.open(host)
	v.checker.ledger.tally.Sent += int64(len(request))
	return string(request)
}

func (v *viewer) begin(w wire, now time.Time) {
	v.close()
	v.wire, v.scanner, v.dialed, v.up, v.opened = w, scanner{}, now, false, 0
}

// lastEventID is the ID that the viewer resumes after; empty if it has had no event.
func (v *viewer) lastEventID() string {
	switch {
	case !v.checker.joined:
		return ""
	case v.stale:
		return "1"
	}
	return v.checker.at().String()
}

// receive takes what came on the connection. What has to be sent for it is in reply.
func (v *viewer) receive(piece []byte, now time.Time) (err error) {
	v.now = now
	v.checker.ledger.tally.Bytes += int64(len(piece))
	v.reply, err = v.wire.feed(piece)
	v.checker.ledger.tally.Sent += int64(len(v.reply))
	return err
}

// started reports whether the stream has begun and the viewer has a position.
func (v *viewer) started() bool { return v.wire.begun() && v.checker.joined }

func (v *viewer) stream(piece []byte) error {
	if v.scanner.between() {
		piece = v.checker.known(piece, v.now)
	}
	if piece = v.open(piece); len(piece) == 0 {
		return nil
	}
	return v.scanner.feed(piece, v.each)
}

func (v *viewer) event(e *event) error { return v.checker.event(e, v.now) }

// close lets go of what the connection has needed.
func (v *viewer) close() { v.wire.close() }
