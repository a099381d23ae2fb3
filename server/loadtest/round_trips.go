package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/eventstream"
	"flightboard/server/web/fanout"
)

// newCertificate returns a certificate with its key.
func newCertificate() (der []byte, key *ecdsa.PrivateKey, err error) {
	if key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		return nil, nil, err
	}
	now := time.Now()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"board.test"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(24 * time.Hour)}
	der, err = x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	return der, key, err
}

// writeCertificate writes a new certificate and its key into a folder, for nginx.
func writeCertificate(folder string) error {
	der, key, err := newCertificate()
	if err != nil {
		return err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	for name, block := range map[string]pem.Block{"cert.pem": {Type: "CERTIFICATE", Bytes: der},
		"key.pem": {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(filepath.Join(folder, name), pem.EncodeToMemory(&block), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// secure adds TLS to a listener, with a certificate that only the returned configuration knows.
func secure(l net.Listener) (net.Listener, *tls.Config, error) {
	der, key, err := newCertificate()
	if err != nil {
		return nil, nil, err
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, nil, err
	}
	roots := x509.NewCertPool()
	roots.AddCert(certificate)
	server := &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}},
		NextProtos: []string{"h2", "http/1.1"}}
	return tls.NewListener(fanout.BelowTLS(l), server), &tls.Config{RootCAs: roots, ServerName: "board.test"}, nil
}

// waits are the times that one reader waits. They count round trips: the server works for less than a millisecond.
type waits struct {
	first time.Duration // from nothing to the first row
	page  time.Duration // the same, when the page has just been loaded
	fresh time.Duration // from the first attempt after a cut to the change that was missed
}

// measureWaits measures a transport over TLS on a network with the round trip.
func measureWaits(c transport, listener net.Listener, network *lag) (w waits, err error) {
	d, err := recordedDay()
	if err != nil {
		return w, err
	}
	log := eventlog.New(eventlog.Options{})
	if err := (logBoard{log}).append(d.seed()); err != nil {
		return w, err
	}
	listener, config, err := secure(listener)
	if err != nil {
		return w, err
	}
	open := func(log *eventlog.Log) host {
		h := hosts[c.server](log)
		mux := http.NewServeMux()
		mux.Handle("/", h.Handler)
		mux.HandleFunc("GET /readyz", func(http.ResponseWriter, *http.Request) {}) // the page
		h.Handler = mux
		return h
	}
	defer serveLog(open, log, listener)()
	defer network.cut()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	host := "board.test:443"

	if w.first, _, err = newCaller(c.form.over, network, host, config).wait(ctx, ""); err != nil {
		return w, err
	}
	reader := newCaller(c.form.over, network, host, config)
	if err := reader.visit(ctx); err != nil {
		return w, err
	}
	var last string
	if w.page, last, err = reader.wait(ctx, ""); err != nil {
		return w, err
	}
	network.cut()
	time.Sleep(network.roundTrip) // the client notices
	if err := (logBoard{log}).append(d.changes[:1]); err != nil {
		return w, err
	}
	w.fresh, _, err = reader.wait(ctx, last)
	return w, err
}

// wait follows until an event with an ID comes, and returns how long that took and the ID.
func (c *caller) wait(ctx context.Context, id string) (time.Duration, string, error) {
	began := time.Now()
	for e, err := range c.follow(ctx, id) {
		switch {
		case err != nil:
			return 0, "", err
		case isNews(e, id):
			return time.Since(began), e.ID, nil
		}
	}
	return 0, "", errors.New("no event came")
}

// isNews reports whether the event has a position that is not the one resumed after: eventstream repeats the last ID.
func isNews(e eventstream.Event, id string) bool {
	return e.ID != "" && e.ID != id && e.Type != "heartbeat"
}
