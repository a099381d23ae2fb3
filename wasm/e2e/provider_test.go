package e2e

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// A provider is one of OpenID Connect, at another site than the board: localhost, and not 127.0.0.1. Like others it
// remembers its user by a cookie, and ends that session by redirects to another host of its own.
type provider struct {
	url     string // the issuer, and the origin of all but logout's second step
	signKey *ecdsa.PrivateKey

	mu    sync.Mutex
	asked map[string]url.Values // what was asked for, by codes
}

const providerCookie = "user-of-the-provider"

func startProvider(t *testing.T) *provider {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	p := &provider{signKey: key, asked: make(map[string]url.Values)}
	host := httptest.NewServer(p)
	t.Cleanup(host.Close)
	p.url = strings.Replace(host.URL, "127.0.0.1", "localhost", 1)
	return p
}

func (p *provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		sendJSON(w, object{"issuer": p.url, "authorization_endpoint": p.url + "/authorize",
			"token_endpoint": p.url + "/token", "jwks_uri": p.url + "/keys", "end_session_endpoint": p.url + "/logout",
			"id_token_signing_alg_values_supported": []string{"ES256"}})
	case "/keys":
		point, _ := p.signKey.PublicKey.Bytes() // of a key that was generated
		sendJSON(w, object{"keys": []object{{"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": "1",
			"x": encode(point[1:33]), "y": encode(point[33:])}}})
	case "/authorize":
		if _, err := r.Cookie(providerCookie); err != nil && r.Method != http.MethodPost {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, `<!doctype html><title>Who are you?</title><form method="post"><button id="anna">Anna</button></form>`)
			return
		}
		http.SetCookie(w, &http.Cookie{Name: providerCookie, Value: "anna", Path: "/"})
		code := rand.Text()
		p.mu.Lock()
		p.asked[code] = query
		p.mu.Unlock()
		back := url.Values{"code": {code}, "state": {query.Get("state")}}
		http.Redirect(w, r, query.Get("redirect_uri")+"?"+back.Encode(), http.StatusSeeOther)
	case "/token":
		p.mu.Lock()
		defer p.mu.Unlock()
		asked, known := p.asked[r.PostFormValue("code")]
		verifier := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
		if !known || asked.Get("code_challenge") != encode(verifier[:]) {
			http.Error(w, `{"error":"invalid_grant"}`, http.StatusBadRequest)
			return
		}
		delete(p.asked, r.PostFormValue("code"))
		sendJSON(w, object{"access_token": "none", "token_type": "Bearer", "id_token": p.sign(object{
			"iss": p.url, "aud": asked.Get("client_id"), "sub": "1", "nonce": asked.Get("nonce"), "email": "anna@example.com",
			"email_verified": true, "iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix()})})
	case "/logout":
		http.SetCookie(w, &http.Cookie{Name: providerCookie, Path: "/", MaxAge: -1})
		other := strings.Replace(p.url, "localhost", "127.0.0.1", 1)
		http.Redirect(w, r, other+"/logged-out?"+r.URL.RawQuery, http.StatusSeeOther)
	case "/logged-out":
		http.Redirect(w, r, query.Get("post_logout_redirect_uri"), http.StatusSeeOther)
	default:
		http.NotFound(w, r)
	}
}

// sign returns an ID token.
func (p *provider) sign(claims object) string {
	text := encode([]byte(`{"alg":"ES256","kid":"1"}`)) + "." + encode([]byte(claims.String()))
	sum := sha256.Sum256([]byte(text))
	r, s, _ := ecdsa.Sign(rand.Reader, p.signKey, sum[:]) // does not fail with a key of this kind
	signature := make([]byte, 64)
	r.FillBytes(signature[:32])
	s.FillBytes(signature[32:])
	return text + "." + encode(signature)
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func sendJSON(w http.ResponseWriter, o object) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(o)
}
