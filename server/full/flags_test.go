package main

import (
	"context"
	"flag"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"flightboard/server/full/openid"
)

func TestFlags(t *testing.T) {
	t.Setenv(secretVariable, "the-secret")
	ctx, stop := context.WithCancel(t.Context())
	stop() // no provider is asked
	const good = "-oidc-issuer https://id.example/ -oidc-client a"
	for args, want := range map[string]string{
		"":   "",
		good: "",
		good + " -oidc-redirect https://board.example/a": "",
		good + " -oidc-redirect http://[::1]:5000":       "",
		good + " -oidc-allow @example.com":               "",

		"-oidc-client a":                                             "-oidc-client: want -oidc-issuer as well",
		"-oidc-issuer https://id.example":                            "want -oidc-client",
		"-oidc-issuer id.example -oidc-client a":                     "want an address",
		"-oidc-issuer https://anna:secret@id.example -oidc-client a": "want an address",
		"-oidc-issuer http://id.example -oidc-client a":              "want https",
		good + " -oidc-redirect http://board.example":                "-oidc-redirect",
		good + " -oidc-redirect https://board.example/?a":            "-oidc-redirect",
		good + " -oidc-scopes email":                                 "-oidc-scopes",
	} {
		var s settings
		var log strings.Builder
		flags := flag.NewFlagSet("", flag.ContinueOnError)
		flags.SetOutput(io.Discard)
		flags.Duration("session", time.Hour, "")
		s.declare(flags)
		if err := flags.Parse(strings.Fields(args)); err != nil {
			t.Fatal(err)
		}
		readers, err := s.readers(ctx, slog.New(slog.NewTextHandler(&log, nil)))
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: the error has the password: %v", args, err)
		}
		if err == nil && want != "" || err != nil && (want == "" || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: error %v, want %q", args, err, want)
		}
		if (readers != nil) != (err == nil && args != "") {
			t.Errorf("%s: readers %v", args, readers)
		}
		all := strings.Contains(log.String(), `allowed="every user of the provider"`)
		if r, ok := readers.(*openid.Readers); ok && (r.Secret != "the-secret" || r.Session != time.Hour ||
			all == strings.Contains(args, "-oidc-allow") || r.Site != "" && !strings.HasSuffix(r.Site, "/")) {
			t.Errorf("%s: %+v\n%s", args, r.Options, log.String())
		}
	}
}
