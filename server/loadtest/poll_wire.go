package main

import "errors"

// pollWire asks again and again, on one HTTP/1.1 connection, for what is new. Each answer ends: its length is known.
type pollWire struct {
	form     form
	viewer   *viewer
	host     string
	response response
	answers  int // complete ones
	gzip     bool
	inflater *inflater
}

// pollWait is how long a request may wait for news.
const pollWait = "25s"

func (w *pollWire) open(host string) []byte {
	w.host = host
	return w.next()
}

// next begins the next request.
func (w *pollWire) next() []byte {
	w.close()
	w.response = response{}
	return request(w.host, w.form, "wait="+pollWait, w.viewer.lastEventID())
}

func (w *pollWire) feed(piece []byte) ([]byte, error) {
	if err := w.response.feed(piece, w.decode); err != errComplete {
		return nil, err
	}
	if !w.viewer.scanner.between() {
		return nil, errors.New("the answer ends in the middle of an event")
	}
	w.answers++
	return w.next(), nil
}

func (w *pollWire) decode(piece []byte) error {
	if !w.response.gzip {
		return w.viewer.text(piece)
	}
	if w.inflater == nil {
		w.gzip = true
		w.inflater = newInflater(gunzip, w.viewer.text)
	}
	if err := w.inflater.feed(piece); err != errEnded { // of the answer's gzip stream
		return err
	}
	return nil
}

func (w *pollWire) begun() bool { return w.answers > 0 }

func (w *pollWire) compressed() bool { return w.gzip }

func (w *pollWire) close() {
	if w.inflater != nil {
		w.inflater.stop()
		w.inflater = nil
	}
}
