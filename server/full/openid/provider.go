package openid

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// A provider is what a discovery document tells.
type provider struct {
	oauth2.Config
	verifier   *oidc.IDTokenVerifier
	endSession string // the address of RP-initiated logout; "": there is none
}

// discovery asks the provider for its document until it has got it.
type discovery struct {
	Options

	mu     sync.Mutex
	found  *provider
	failed error
	again  time.Time // when it may be asked again
}

// askAgain is the shortest time between a failure of the provider and the next request for its document.
const askAgain = 5 * time.Second

// get returns the provider. It blocks while the provider is asked.
func (d *discovery) get(ctx context.Context) (*provider, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.found != nil || d.failed != nil && time.Now().Before(d.again) {
		return d.found, d.failed
	}
	d.found, d.failed = d.ask(ctx)
	d.again = time.Now().Add(askAgain)
	switch {
	case ctx.Err() != nil: // the server stops
	case d.failed != nil:
		d.Log.Warn("OpenID Connect: the provider does not answer", "issuer", d.Issuer, "error", short(d.failed))
	default:
		d.Log.Info("OpenID Connect: the provider answers", "issuer", d.Issuer)
	}
	return d.found, d.failed
}

func (d *discovery) ask(ctx context.Context) (*provider, error) {
	ctx = oidc.ClientContext(ctx, d.HTTP)
	one, err := oidc.NewProvider(ctx, d.Issuer)
	if err != nil {
		return nil, err
	}
	var more struct {
		EndSession string `json:"end_session_endpoint"`
	}
	if err := one.Claims(&more); err != nil {
		return nil, err
	}
	p := &provider{endSession: more.EndSession, verifier: one.VerifierContext(ctx, &oidc.Config{ClientID: d.Client})}
	p.Config = oauth2.Config{ClientID: d.Client, ClientSecret: d.Secret, Endpoint: one.Endpoint(), Scopes: d.Scopes}
	if d.Secret == "" {
		p.Endpoint.AuthStyle = oauth2.AuthStyleInParams // or a client without a secret would try Basic first
	}
	return p, nil
}

// exchange returns the claims of the ID token for a code, and when it expires.
func (p *provider) exchange(ctx context.Context, asking *http.Client, code string, one attempt) (
	who claims, expires time.Time, err error,
) {
	ctx = oidc.ClientContext(ctx, asking)
	token, err := p.Exchange(ctx, code, oauth2.VerifierOption(one.Verifier),
		oauth2.SetAuthURLParam("redirect_uri", one.Redirect))
	if err != nil {
		return nil, expires, err
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return nil, expires, errors.New("the answer has no id_token")
	}
	id, err := p.verifier.Verify(ctx, raw)
	if err != nil {
		return nil, expires, err
	}
	if err := id.Claims(&who); err != nil {
		return nil, expires, err
	}
	party, given := who["azp"]
	switch {
	case id.Subject == "":
		return nil, expires, errors.New("the ID token has no subject")
	case id.Nonce != one.Nonce:
		return nil, expires, errors.New("the ID token has another nonce")
	case given && party != p.ClientID: // OpenID Connect Core 1.0, 3.1.3.7, step 5
		return nil, expires, errors.New("the ID token is for another party")
	}
	return who, id.Expiry, nil
}

// short returns an error's text for the log: what the provider answers to the exchange of a code may have tokens, so
// only its status and code count.
func short(err error) string {
	text := err.Error()
	if refused, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		text = fmt.Sprintf("%s %.50s", refused.Response.Status, refused.ErrorCode)
	}
	return fmt.Sprintf("%.300s", text)
}
