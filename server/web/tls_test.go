package web_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"testing"

	"flightboard/server/web/fanout"
	"flightboard/server/web/memnet"
)

// encrypted is the network of a site that speaks TLS.
type encrypted struct{ *memnet.Listener }

var anyName = &tls.Config{InsecureSkipVerify: true}

func (e encrypted) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := e.Listener.Dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return tls.Client(c, anyName), nil
}

// accept returns the server's side of the network.
func (e encrypted) accept(t *testing.T) net.Listener {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.NewListener(fanout.BelowTLS(e.Listener), &tls.Config{
		Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}})
}
