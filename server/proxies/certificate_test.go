//go:build unix

package proxies

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"
)

// A certificate is signed by itself. Clients of this package trust it.
type certificate struct {
	pem, key string
	pool     *x509.CertPool
}

var theCertificate = sync.OnceValues(func() (*certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	template := &x509.Certificate{SerialNumber: big.NewInt(1),
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true,
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	c := &certificate{
		pem:  string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})),
		key:  string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})),
		pool: x509.NewCertPool()}
	c.pool.AppendCertsFromPEM([]byte(c.pem))
	return c, nil
})

func newCertificate(t *testing.T) *certificate {
	t.Helper()
	c, err := theCertificate()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// newClient returns a client with connections of its own, which does not follow redirects.
func newClient(t *testing.T) *http.Client {
	t.Helper()
	return &http.Client{
		Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: newCertificate(t).pool}, ForceAttemptHTTP2: true},
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
	}
}
