package flagvalue

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// Sites is a flag for a list of web sites, separated by commas or blanks, in the form of a content security policy: an
// origin, whose host may begin with "*.", or 'self' (written self), or *. It may be given several times.
type Sites []string

func (s *Sites) String() string { return strings.ReplaceAll(strings.Join(*s, ","), "'", "") }

func (s *Sites) Set(text string) error {
	for i, site := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' }) {
		written, err := parseSite(site)
		if err != nil {
			return fmt.Errorf("site %d, %q: %w", i+1, site, err)
		}
		*s = append(*s, written)
	}
	if len(*s) == 0 {
		return errors.New("want at least one site, as in https://example.com")
	}
	return nil
}

// A host in a policy: letters, digits and hyphens between dots, or an address of IPv4. A policy cannot name one of
// IPv6, and has names of other letters in their ASCII form.
var (
	policyHost = regexp.MustCompile(`^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*$`)
	policyPort = regexp.MustCompile(`^([0-9]{1,5}|\*)?$`)
)

func parseSite(site string) (string, error) {
	switch site {
	case "*":
		return site, nil
	case "self", "'self'":
		return "'self'", nil
	}
	scheme, rest, ok := strings.Cut(strings.ToLower(site), "://")
	if !ok {
		return "", errors.New("want an origin with its scheme, as in https://example.com, or self, or *")
	}
	if scheme != "https" && scheme != "http" {
		return "", fmt.Errorf("want https or http, not %s", scheme)
	}
	authority, path, _ := strings.Cut(rest, "/")
	if path != "" || strings.ContainsAny(authority, "?#") {
		return "", errors.New("want no path: a whole site may frame the page, or none of it")
	}
	host, port, _ := strings.Cut(authority, ":")
	switch {
	case strings.Contains(authority, "@"):
		return "", errors.New("want no user")
	case strings.HasPrefix(authority, "["):
		return "", errors.New("browsers take no IPv6 address here: want a name")
	case !policyHost.MatchString(host):
		return "", fmt.Errorf("%q is no host; a * may only stand for all of a host's subdomains, as in https://*.example.com",
			host)
	case !policyPort.MatchString(port):
		return "", fmt.Errorf("%q is no port", port)
	}
	return scheme + "://" + authority, nil
}
