package flagvalue

import (
	"errors"
	"net/url"
)

// A URL is the address of a server's page.
type URL struct{ *url.URL }

func (u *URL) String() string {
	if u.URL == nil {
		return ""
	}
	return u.URL.Redacted()
}

// Set reads an http or https URL without a query, such as https://board.example/.
func (u *URL) Set(text string) error {
	got, err := url.Parse(text)
	switch {
	case err != nil:
		return errors.New("want an address such as https://board.example/")
	case got.Scheme != "http" && got.Scheme != "https" || got.Host == "":
		return errors.New("want an address that begins with https:// or http://")
	case got.User != nil:
		return errors.New("want no password in the address")
	case got.RawQuery != "" || got.Fragment != "":
		return errors.New("want no query in the address")
	}
	u.URL = got
	return nil
}
