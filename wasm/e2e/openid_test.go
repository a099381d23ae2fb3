package e2e

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"flightboard/wasm/e2e/browser"
)

// fullBinary is the server with OpenID Connect, which the first test that needs it builds.
const fullBinary = "../../.build/flightboard-full"

var buildFull = sync.OnceValue(func() error {
	path, err := filepath.Abs(fullBinary)
	if err != nil {
		return err
	}
	if text, err := exec.Command("go", "-C", "../../server/full", "build", "-o", path, ".").CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w: %s", err, text)
	}
	return nil
})

// certify returns the files of a certificate that nobody has signed, and of its key.
func certify(t *testing.T) (certificate, key string) {
	t.Helper()
	h := httptest.NewUnstartedServer(http.NotFoundHandler())
	h.StartTLS()
	defer h.Close()
	private, err := x509.MarshalPKCS8PrivateKey(h.TLS.Certificates[0].PrivateKey)
	must(t, err)
	write := func(name, kind string, der []byte) string {
		name = filepath.Join(t.TempDir(), name)
		must(t, os.WriteFile(name, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600))
		return name
	}
	return write("cert.pem", "CERTIFICATE", h.TLS.Certificates[0].Certificate[0]), write("key.pem", "PRIVATE KEY", private)
}

// A reader signs in at a provider of another site and sees the board live. When the session has ended, they are told,
// sign in again, without a question of the provider, and are at the same place. They sign out here and there, and
// nothing is kept. With TLS the cookies are Secure, and the page's browsing contexts are isolated from the provider's.
func TestAReaderSignsInByOpenIDConnect(t *testing.T) {
	for name, flags := range map[string]func(t *testing.T) []string{
		"plainly": func(*testing.T) []string { return nil },
		"with TLS": func(t *testing.T) []string {
			certificate, key := certify(t)
			return []string{"-tls-cert", certificate, "-tls-key", key}
		},
	} {
		t.Run(name, func(t *testing.T) {
			byEveryBrowser(t, func(t *testing.T, r reader) {
				must(t, buildFull())
				p := startProvider(t)
				s := startBinary(t, fullBinary, append(flags(t), "-feed", "none", "-heartbeat", "1s", "-oidc-issuer", p.url,
					"-oidc-client", "the-board")...)
				changes := []string{flightIs("A123", "London", "08:15", ""), flightIs("I768", "Rome", "10:10", "expected")}
				for i := range 80 {
					changes = append(changes, flightIs(fmt.Sprintf("R%d", 100+i), "Rome", "11:00", ""))
				}
				s.publish(t, changes...)
				r.seesTheBoardOf(t, s, p)
			})
		})
	}
}

func (r reader) seesTheBoardOf(t *testing.T, s *server, p *provider) {
	const isSamePlace = isLive + ` && location.search === '?q=rome&sort=-arrival&size=100' &&
		document.querySelector('#search').value === 'rome' &&
		document.querySelectorAll('#flights tbody tr[data-flight]').length === 81`
	b := r.open(t, s.url+"/?q=rome&sort=-arrival&size=100", browser.PageOptions{AnyCertificate: true})
	b.arrive(t, `location.origin === '`+p.url+`' && document.querySelector('#anna') !== null`)
	must(t, b.Click(soon(t), "#anna"))
	b.arrive(t, isSamePlace)
	must(t, b.Eval(soon(t), `scrollTo(0, 700)`, nil))
	b.waitFor(t, `scrollY === 700`)

	// The session ends, but not that at the provider.
	must(t, b.Eval(soon(t), `fetch('sign-out', { method: 'POST' }).then(answer => answer.status)`, nil))
	b.waitForStatus(t, "signedOut")
	b.waitFor(t, `document.querySelector('#status').textContent.startsWith('Your sign-in has ended, sign in again')`)
	var place int // the page moves a little for the status
	must(t, b.Eval(soon(t), `Math.round(scrollY)`, &place))
	const click = `void (window.before = true, document.querySelector('#sign-in').click())` // a mouse would scroll
	must(t, b.Eval(soon(t), click, nil))
	b.arrive(t, `!window.before && `+isSamePlace)
	b.waitFor(t, `Math.abs(scrollY - %d) <= 1 || scrollY`, place)
	s.publish(t, stateIs("I768", "landed"))
	b.waitForState(t, "I768", "landed")

	must(t, b.Click(soon(t), "#reader a"))
	b.arrive(t, `document.readyState === 'complete' && document.querySelector('bdi')?.textContent === 'anna@example.com'`)
	must(t, b.Click(soon(t), "form button"))
	b.arrive(t, `location.href === '`+s.url+`/sign-in/out' && document.querySelector('h1').textContent === 'Signed out'`)
	b.arrive(t, `caches.keys().then(names => names.length === 0)`)
	must(t, b.Click(soon(t), "main a"))
	b.arrive(t, `document.querySelector('#anna') !== null`) // its user has to tell again who they are
	for _, m := range b.Messages() {
		if strings.Contains(m.Text, "Content Security Policy") || strings.Contains(m.Text, "Content-Security-Policy") {
			t.Errorf("the page's policy blocks something: %s", m)
		}
	}
}
