package e2e

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
)

// A box is something between the browser and the server that does not leave event streams alone. Its fields may be nil.
type box struct {
	request  func(*http.Request)                                      // changes what the server gets
	response func(http.Header)                                        // changes the headers that the browser gets
	body     func(to io.Writer, from io.Reader)                       // copies an event stream
	instead  func(w http.ResponseWriter, r *http.Request) (done bool) // answers in the server's place
}

// startBox starts a box before the server, and returns its address.
func startBox(t *testing.T, s *server, b box) string {
	t.Helper()
	target, err := url.Parse(s.url)
	must(t, err)
	forward := httputil.NewSingleHostReverseProxy(target)
	forward.FlushInterval = -1
	forward.ModifyResponse = func(response *http.Response) error {
		if !strings.HasPrefix(response.Header.Get("Content-Type"), "text/event-stream") {
			return nil
		}
		if b.response != nil {
			b.response(response.Header)
		}
		if b.body == nil {
			return nil
		}
		from := response.Body
		reader, writer := io.Pipe()
		response.Body = struct {
			io.Reader
			io.Closer
		}{reader, from}
		response.Header.Del("Content-Length")
		response.ContentLength = -1
		go func() {
			b.body(writer, from)
			writer.Close()
		}()
		return nil
	}
	host := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if b.instead != nil && b.instead(w, r) {
			return
		}
		if b.request != nil {
			b.request(r)
		}
		forward.ServeHTTP(w, r)
	}))
	t.Cleanup(func() {
		host.CloseClientConnections()
		host.Close()
	})
	return host.URL
}

// whole holds everything back until the end.
func whole(to io.Writer, from io.Reader) {
	all, _ := io.ReadAll(from)
	to.Write(all)
}

// someKilobytes collects before it sends.
func someKilobytes(to io.Writer, from io.Reader) {
	var held bytes.Buffer
	for buffer := make([]byte, 4096); ; {
		n, err := from.Read(buffer)
		held.Write(buffer[:n])
		if held.Len() >= 4096 || err != nil {
			held.WriteTo(to)
		}
		if err != nil {
			return
		}
	}
}

// untilNext holds each piece back until the next one comes.
func untilNext(to io.Writer, from io.Reader) {
	var held []byte
	for buffer := make([]byte, 64<<10); ; {
		n, err := from.Read(buffer)
		to.Write(held)
		held = bytes.Clone(buffer[:n])
		if err != nil {
			to.Write(held)
			return
		}
	}
}

// compressed compresses, and collects for that. flushed does not collect.
func compressed(to io.Writer, from io.Reader) {
	zip := gzip.NewWriter(to)
	io.Copy(zip, from)
	zip.Close()
}

func flushed(to io.Writer, from io.Reader) {
	zip := gzip.NewWriter(to)
	for buffer := make([]byte, 4096); ; {
		n, err := from.Read(buffer)
		zip.Write(buffer[:n])
		zip.Flush()
		if err != nil {
			zip.Close()
			return
		}
	}
}
