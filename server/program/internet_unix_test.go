//go:build unix

package program

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// startInternet starts a proxy behind which are the hosts of a few public sources, and returns the variables of the
// environment by which programs use it.
func startInternet(t *testing.T) (environ []string) {
	t.Helper()
	certificate, file := selfSigned(t, "asrv.avinor.no", "data.vatsim.net", "api.example.org")
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go tunnel(conn, certificate)
		}
	}()
	proxy := "http://" + listener.Addr().String()
	return []string{"HTTPS_PROXY=" + proxy, "https_proxy=" + proxy, "NO_PROXY=", "no_proxy=", "SSL_CERT_FILE=" + file,
		"CURL_CA_BUNDLE=" + file}
}

// tunnel answers a CONNECT, and is then the host that it names.
func tunnel(conn net.Conn, certificate tls.Certificate) {
	defer conn.Close()
	request, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil || request.Method != http.MethodConnect {
		return
	}
	fmt.Fprint(conn, "HTTP/1.1 200 OK\r\n\r\n")
	one := make(oneConn, 1)
	one <- tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{certificate}})
	done := make(chan struct{})
	server := http.Server{Handler: http.HandlerFunc(host), ConnState: func(_ net.Conn, s http.ConnState) {
		if s == http.StateClosed {
			close(done)
		}
	}}
	go server.Serve(one)
	<-done
	close(one)
}

// A oneConn is a listener to which one connection comes.
type oneConn chan net.Conn

func (c oneConn) Accept() (net.Conn, error) {
	if conn, ok := <-c; ok {
		return conn, nil
	}
	return nil, net.ErrClosed
}

func (c oneConn) Close() error   { return nil }
func (c oneConn) Addr() net.Addr { return &net.TCPAddr{} }

// host answers as a public source does, with flights that are due soon.
func host(w http.ResponseWriter, r *http.Request) {
	soon := time.Now().UTC().Add(40 * time.Minute).Truncate(time.Minute)
	switch r.Host + r.URL.Path {
	case "asrv.avinor.no/XmlFeed/v1.0":
		w.Header().Set("Content-Type", "text/xml; charset=utf-8")
		fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?><airport name="OSL"><flights lastUpdate="%s">`+
			`<flight uniqueID="1"><airline>SK</airline><flight_id>SK4177</flight_id><dom_int>D</dom_int>`+
			`<schedule_time>%s</schedule_time><arr_dep>A</arr_dep><airport>SVG</airport></flight></flights></airport>`,
			time.Now().UTC().Format(time.RFC3339), soon.Format(time.RFC3339))
	case "data.vatsim.net/v3/vatsim-data.json":
		now := time.Now().UTC()
		fmt.Fprintf(w, `{"general":{"update_timestamp":%q},"pilots":[{"callsign":"BAW902","latitude":50.6,"longitude":5,`+
			`"groundspeed":440,"logon_time":%q,"last_updated":%[1]q,"flight_plan":{"departure":"EGLL","arrival":"EDDF",`+
			`"deptime":%[3]q,"enroute_time":"0130"}}]}`, now.Format(time.RFC3339), now.Add(-time.Hour).Format(time.RFC3339),
			now.Add(-time.Hour).Format("1504"))
	case "api.example.org/airports/SJC/arrivals":
		zone, _ := time.LoadLocation("America/Los_Angeles")
		at := soon.In(zone).Format("2006-01-02T15:04:05")
		fmt.Fprintf(w, `{"data":{"flights":[{"airline":{"code":"WN"},"number":"417","from":{"city":"Burbank"},`+
			`"scheduled":%q,"estimated":"","status":"OT"},{"airline":{"code":"AS"},"number":"9",`+
			`"from":{"city":"Seattle"},"scheduled":%[1]q,"status":"DL"}]}}`, at)
	default:
		http.NotFound(w, r)
	}
}

// selfSigned returns a certificate for hosts, and the file in which it is.
func selfSigned(t *testing.T, hosts ...string) (certificate tls.Certificate, file string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "tests"}, DNSNames: hosts,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true,
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(t.TempDir(), "cert.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, file
}
