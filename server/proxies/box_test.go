//go:build unix

package proxies

import (
	"bytes"
	"io"
	"maps"
	"net"
	"net/http"
	"testing"
)

// A box stands for the antivirus programs, firewalls and CDNs that hold back bytes of an answer. It gets each piece of
// the answer, and the pieces that it has held back. It returns what it sends on and what it holds now. At the end of an
// answer the rest is sent.
type box func(sent int, held, piece []byte) (send, hold []byte)

func holdFirstKilobyte(sent int, held, piece []byte) (send, hold []byte) {
	if held = append(held, piece...); sent == 0 && len(held) < 1024 {
		return nil, held
	}
	return held, nil
}

func collectKilobytes(_ int, held, piece []byte) (send, hold []byte) {
	return holdFirstKilobyte(0, held, piece)
}

func holdLastPiece(_ int, held, piece []byte) (send, hold []byte) { return held, piece }

func holdEverything(_ int, held, piece []byte) (send, hold []byte) {
	return nil, append(held, piece...)
}

// start is a setUp.
func (b box) start(t *testing.T, s *server) front {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{DisableCompression: true}
	handler := func(w http.ResponseWriter, r *http.Request) {
		inner := r.Clone(r.Context())
		inner.URL.Scheme, inner.URL.Host = "http", s.address
		answer, err := transport.RoundTrip(inner)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		defer answer.Body.Close()
		maps.Copy(w.Header(), answer.Header)
		b.forward(w, answer.Body)
	}
	proxy := &http.Server{Handler: http.HandlerFunc(handler)}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		proxy.Serve(listener)
	}()
	t.Cleanup(func() {
		proxy.Close()
		<-ended
		transport.CloseIdleConnections()
	})
	return front{plain: "http://" + listener.Addr().String() + "/"}
}

// forward sends the body of an answer on, as the box does.
func (b box) forward(w http.ResponseWriter, body io.Reader) {
	var held, send []byte
	sent := 0
	for buffer := make([]byte, 16<<10); ; {
		n, err := body.Read(buffer)
		if n > 0 {
			if send, held = b(sent, held, bytes.Clone(buffer[:n])); len(send) > 0 {
				w.Write(send)
				sent += len(send)
				http.NewResponseController(w).Flush()
			}
		}
		switch err {
		case nil:
		case io.EOF:
			w.Write(held)
			return
		default:
			panic(http.ErrAbortHandler)
		}
	}
}
