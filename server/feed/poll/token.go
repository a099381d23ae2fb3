package poll

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"flightboard/server/feed/source"
)

// A token is an access token of OAuth, which is asked for when it is needed and kept until it expires.
type token struct {
	*source.Token
	text  string
	until time.Time
}

const (
	tokenLasts  = 5 * time.Minute  // a token that does not say how long it is valid
	tokenMargin = 30 * time.Second // by which it is renewed before it expires
)

func (t *token) forget() { t.text = "" }

// bearer returns the token. It blocks while it asks for one.
func (c *client) bearer(ctx context.Context) (string, error) {
	t := &c.token
	if t.text != "" && time.Now().Before(t.until) {
		return t.text, nil
	}
	t.text = ""
	id, secret := os.Getenv(t.ID), os.Getenv(t.Secret)
	for name, value := range map[string]string{t.ID: id, t.Secret: secret} {
		if value == "" {
			return "", &trouble{kind: "request", rarely: true, err: fmt.Errorf("$%s is not set", name)}
		}
	}
	c.clean.add(secret)
	ctx, cancel := context.WithTimeoutCause(ctx, maxTime, errSlow)
	defer cancel()
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {id}, "client_secret": {secret}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, t.URL.String(), strings.NewReader(form.Encode()))
	if err != nil {
		return "", &trouble{kind: "request", rarely: true, err: errors.New("the token's URL is not valid")}
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", c.agent)
	response, err := c.http.Do(request)
	if err != nil {
		return "", networkTrouble(ctx, t.URL, err)
	}
	defer response.Body.Close()
	switch response.StatusCode {
	case http.StatusOK, http.StatusCreated:
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden: // RFC 6749, section 5.2
		err := fmt.Errorf("%s answers %s: %s", address(t.URL), statusText(response), c.keys())
		return "", &trouble{kind: "denied", rarely: true, err: err}
	default:
		return "", c.statusTrouble(t.URL, response)
	}
	room := int64(1 << 20)
	body, err := readBody(response, &room)
	if err != nil {
		return "", networkTrouble(ctx, t.URL, err)
	}
	var is struct {
		Text  string      `json:"access_token"`
		Lasts json.Number `json:"expires_in"` // some write a text
	}
	if json.Unmarshal(body, &is) != nil || is.Text == "" || strings.ContainsAny(is.Text, "\r\n") {
		return "", &trouble{kind: "token", err: fmt.Errorf("%s answers without an access_token", address(t.URL))}
	}
	lasts := tokenLasts
	if n, err := is.Lasts.Float64(); err == nil && n > 0 {
		lasts = time.Duration(min(n, 1e6) * float64(time.Second))
	}
	t.text, t.until = is.Text, time.Now().Add(max(lasts-tokenMargin, lasts/2))
	c.clean.add(t.text)
	return t.text, nil
}
