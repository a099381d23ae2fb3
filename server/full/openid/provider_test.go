package openid

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/coreos/go-oidc/v3/oidc/oidctest"
)

const (
	issuer   = "https://id.example/"
	clientID = "the-board"
	secret   = "the-secret-of-the-client"
)

// A fakeProvider is a provider in this process at which one user has signed in. It is an http.RoundTripper.
type fakeProvider struct {
	*testing.T
	secret   string        // of the client; "": it is a public one
	back     []string      // the addresses to which it leads back
	user     claims        // more claims of the user
	lifetime time.Duration // of the ID token
	isAway   bool
	takes    time.Duration // until it answers
	noLogout bool
	refuses  string // the error that it answers; "": none

	// What is wrong with its ID tokens; each may be nil.
	alter func(claims)
	forge func(kid, payload string) string

	key   *ecdsa.PrivateKey
	kid   int
	codes map[string]url.Values // what was asked for with those that have not been used
	asked map[string]int        // the number of requests, by path
	query url.Values            // of the last sign-in
	last  string                // the last code that it has given, the last ID token
	token string
}

func newFakeProvider(t *testing.T) *fakeProvider {
	f := &fakeProvider{T: t, secret: secret, lifetime: time.Hour, codes: make(map[string]url.Values),
		back: []string{site + "/sign-in", site + "/sign-in/out"}, asked: make(map[string]int),
		user: claims{"sub": "user-1", "email": "anna@example.com", "email_verified": true}}
	f.rotate()
	return f
}

// rotate replaces the key.
func (f *fakeProvider) rotate() {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	f.key = key
	f.kid++
}

func (f *fakeProvider) RoundTrip(r *http.Request) (*http.Response, error) {
	if f.asked[r.URL.Path]++; f.isAway {
		return nil, http.ErrServerClosed
	}
	select {
	case <-r.Context().Done():
		return nil, r.Context().Err()
	case <-time.After(f.takes):
	}
	w := httptest.NewRecorder()
	f.ServeHTTP(w, r)
	answer := w.Result()
	answer.Request = r
	return answer, nil
}

func (f *fakeProvider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		document := map[string]any{"issuer": issuer, "authorization_endpoint": issuer + "authorize",
			"token_endpoint": issuer + "token", "jwks_uri": issuer + "keys",
			"id_token_signing_alg_values_supported": []string{"ES256", "HS256", "none"}}
		if !f.noLogout {
			document["end_session_endpoint"] = issuer + "logout?v=2"
		}
		answer(w, 200, document)
	case "/keys":
		point, err := f.key.PublicKey.Bytes()
		if err != nil {
			f.Fatal(err)
		}
		answer(w, 200, map[string]any{"keys": []any{map[string]any{"kty": "EC", "crv": "P-256", "use": "sig",
			"alg": "ES256", "kid": strconv.Itoa(f.kid), "x": encode(point[1:33]), "y": encode(point[33:])}}})
	case "/authorize":
		f.authorize(w, r)
	case "/token":
		f.exchange(w, r)
	case "/logout":
		to := r.URL.Query().Get("post_logout_redirect_uri")
		if !slices.Contains(f.back, to) || r.URL.Query().Get("client_id") != clientID || r.URL.Query().Get("v") != "2" {
			f.Errorf("the board signs out with %s", r.URL)
		}
		http.Redirect(w, r, to, http.StatusFound)
	default:
		http.NotFound(w, r)
	}
}

func (f *fakeProvider) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	f.query = q
	for name, want := range map[string]string{"response_type": "code", "client_id": clientID, "scope": "openid email",
		"code_challenge_method": "S256"} {
		if q.Get(name) != want {
			f.Errorf("%s is %q, want %q", name, q.Get(name), want)
		}
	}
	if len(q.Get("state")) < 22 || len(q.Get("nonce")) < 22 || len(q.Get("code_challenge")) != 43 {
		f.Errorf("state, nonce or code_challenge is short: %s", r.URL.RawQuery)
	}
	if !slices.Contains(f.back, q.Get("redirect_uri")) {
		f.Errorf("redirect_uri is %s, want one of %s", q.Get("redirect_uri"), f.back)
	}
	back := url.Values{"state": {q.Get("state")}}
	if f.refuses != "" {
		back.Set("error", f.refuses)
		back.Set("error_description", "no\nlevel=ERROR")
	} else {
		f.last = rand.Text()
		f.codes[f.last] = q
		back.Set("code", f.last)
	}
	http.Redirect(w, r, q.Get("redirect_uri")+"?"+back.Encode(), http.StatusFound)
}

func (f *fakeProvider) exchange(w http.ResponseWriter, r *http.Request) {
	id, password, basic := r.BasicAuth()
	if !basic {
		id, password = r.PostFormValue("client_id"), r.PostFormValue("client_secret")
	}
	begun, known := f.codes[r.PostFormValue("code")]
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	switch {
	case id != clientID || password != f.secret || basic && f.secret == "":
		answer(w, 401, map[string]any{"error": "invalid_client"})
		return
	case r.PostFormValue("grant_type") != "authorization_code" || !known ||
		r.PostFormValue("redirect_uri") != begun.Get("redirect_uri") || encode(sum[:]) != begun.Get("code_challenge"):
		answer(w, 400, map[string]any{"error": "invalid_grant", "error_description": "with " + r.PostFormValue("code")})
		return
	}
	delete(f.codes, r.PostFormValue("code"))
	who := claims{"iss": issuer, "aud": clientID, "nonce": begun.Get("nonce"), "iat": time.Now().Unix(),
		"exp": time.Now().Add(f.lifetime).Unix()}
	maps.Copy(who, f.user)
	if f.alter != nil {
		f.alter(who)
	}
	payload, err := json.Marshal(who)
	if err != nil {
		f.Fatal(err)
	}
	kid := strconv.Itoa(f.kid)
	if f.token = ""; f.forge != nil {
		f.token = f.forge(kid, string(payload))
	} else {
		f.token = oidctest.SignIDToken(f.key, kid, oidc.ES256, string(payload))
	}
	answer(w, 200, map[string]any{"access_token": "the-access-token", "token_type": "Bearer", "id_token": f.token})
}

func answer(w http.ResponseWriter, status int, document any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(document)
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// unsigned returns a token without a signature.
func unsigned(kid, payload string) string {
	return encode([]byte(`{"alg":"none","kid":"`+kid+`"}`)) + "." + encode([]byte(payload)) + "."
}

// secrets are what must not be in a log.
func (f *fakeProvider) secrets() []string {
	all := []string{"the-access-token", secret}
	for _, one := range []string{f.last, f.token, f.query.Get("state"), f.query.Get("nonce")} {
		if one != "" {
			all = append(all, one, strings.ToLower(one))
		}
	}
	return all
}
