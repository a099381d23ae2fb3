package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"strings"
	"time"

	"flightboard/server/full/openid"
	"flightboard/server/web"
)

// secretVariable is the environment variable with the client's secret.
const secretVariable = "FLIGHTBOARD_OIDC_SECRET"

// settings are the flags of OpenID Connect.
type settings struct {
	flags  *flag.FlagSet
	scopes string
	openid.Options
}

func (s *settings) declare(flags *flag.FlagSet) {
	s.flags = flags
	flags.StringVar(&s.Issuer, "oidc-issuer", "",
		"readers sign in by OpenID Connect at the provider with this `address`")
	flags.StringVar(&s.Client, "oidc-client", "",
		"the client's `ID` at the provider; its secret is in $"+secretVariable)
	flags.StringVar(&s.Site, "oidc-redirect", "",
		"the board's public `address`, to which the provider leads back; else that of the request")
	flags.Var(&s.Allow, "oidc-allow",
		"the `users` who may read: anna@example.com, @example.com, claim=value, …; else all")
	flags.StringVar(&s.scopes, "oidc-scopes", "openid email", "ask the provider for these `scopes`")
}

// readers returns who may read; nil: the flags do not name a provider.
func (s *settings) readers(ctx context.Context, logger *slog.Logger) (web.Readers, error) {
	if s.Issuer == "" {
		var given error
		s.flags.Visit(func(f *flag.Flag) {
			if strings.HasPrefix(f.Name, "oidc-") {
				given = fmt.Errorf("-%s: want -oidc-issuer as well", f.Name)
			}
		})
		return nil, given
	}
	if s.Client == "" {
		return nil, errors.New("-oidc-issuer: want -oidc-client as well")
	}
	if err := checkAddress(s.Issuer); err != nil {
		return nil, fmt.Errorf("-oidc-issuer: %w", err)
	}
	if s.Site != "" {
		if err := checkAddress(s.Site); err != nil {
			return nil, fmt.Errorf("-oidc-redirect: %w", err)
		}
		s.Site = strings.TrimSuffix(s.Site, "/") + "/"
	}
	if s.Scopes = strings.Fields(s.scopes); len(s.Scopes) == 0 || s.Scopes[0] != "openid" {
		return nil, fmt.Errorf("-oidc-scopes %q: the first must be openid", s.scopes)
	}
	s.Secret, s.Log = os.Getenv(secretVariable), logger
	s.Session, _ = s.flags.Lookup("session").Value.(flag.Getter).Get().(time.Duration)
	who := "those of -oidc-allow"
	if s.Allow.String() == "" {
		who = "every user of the provider"
	}
	logger.Info("readers sign in by OpenID Connect", "issuer", s.Issuer, "allowed", who)
	return openid.New(ctx, s.Options), nil
}

// checkAddress reports what is wrong with the address of a provider or a site, without the address, which may have a
// password. Only on this machine may it be http.
func checkAddress(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return errors.New("want an address such as https://example.com/")
	}
	ip := net.ParseIP(u.Hostname())
	if u.Scheme != "https" && (u.Scheme != "http" || u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback())) {
		return errors.New("want https; http is only for this machine")
	}
	return nil
}
