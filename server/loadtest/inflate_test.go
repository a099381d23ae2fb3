package main

import (
	"bytes"
	"compress/gzip"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// TestCompressedViewersAreCheckedToo: what a flush has completed is judged at once, however the bytes are cut.
func TestCompressedViewersAreCheckedToo(t *testing.T) {
	large := func() *ledger { // its snapshot is larger, compressed too, than what the decompressor asks for at once
		l := newLedger(script{flights: 2000}, 1, testStart)
		l.publish(4, time.Now())
		return l
	}
	l := large()
	head := "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: gzip\r\n\r\n"
	var text bytes.Buffer
	z := gzip.NewWriter(&text)
	flushed := func(s string) []byte {
		text.Reset()
		z.Write([]byte(s))
		z.Flush()
		return bytes.Clone(text.Bytes())
	}
	pieces := [][]byte{flushed(snapshot(t, l, 0)), flushed(frames(t, l, 0)), flushed(frames(t, l, 1, 2)),
		flushed(frames(t, l, 2))}
	for seed := range uint64(20) {
		l := large()
		r := rand.New(rand.NewPCG(seed, 3))
		v := newViewer(l)
		defer v.close()
		receive := func(piece []byte) (err error) {
			for len(piece) > 0 && err == nil {
				n := 1 + r.IntN(len(piece))
				err = v.receive(piece[:n], time.Now())
				piece = piece[n:]
			}
			return err
		}
		if err := receive([]byte(head)); err != nil {
			t.Fatal(err)
		}
		for i, want := range []int64{0, 1, 3} {
			if err := receive(pieces[i]); err != nil {
				t.Fatal(err)
			}
			if l.tally.Deliveries != want {
				t.Fatalf("seed %d: after flush %d there are %d deliveries, want %d", seed, i, l.tally.Deliveries, want)
			}
		}
		if err := receive(pieces[3]); err == nil || !strings.Contains(err.Error(), "doubled: update 2") {
			t.Fatalf("update 2 came twice: %v, want a complaint", err)
		}
	}
}

func TestDamagedCompressionIsFound(t *testing.T) {
	l := published(1)
	head := "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: gzip\r\n\r\n"
	for name, body := range map[string]string{"no gzip header": "data: plain text\n\n",
		"an invalid block": "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\xff\xff"} {
		v := newViewer(l)
		if err := v.receive([]byte(head+body), time.Now()); err == nil {
			t.Errorf("%s: no complaint", name)
		}
		if err := v.receive([]byte("more"), time.Now()); err == nil {
			t.Errorf("%s: the error is forgotten", name)
		}
		v.close()
	}
}
