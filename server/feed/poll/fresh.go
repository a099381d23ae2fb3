package poll

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxFresh is the longest time for which a response is taken to be fresh, whatever it says: a board that does not ask
// for a day is of no use.
const maxFresh = time.Hour

// freshness returns how long a response stays as it is (RFC 9111, section 4.2); 0: unknown.
func freshness(h http.Header, now time.Time) time.Duration {
	var age time.Duration
	if n, err := strconv.ParseUint(strings.TrimSpace(h.Get("Age")), 10, 31); err == nil {
		age = time.Duration(n) * time.Second
	}
	lasts := time.Duration(-1)
	for directive := range strings.SplitSeq(strings.Join(h.Values("Cache-Control"), ","), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
		switch strings.ToLower(name) {
		case "no-cache", "no-store":
			return 0
		case "max-age":
			if n, err := strconv.ParseUint(strings.Trim(value, `" `), 10, 31); err == nil {
				lasts = time.Duration(n) * time.Second
			}
		}
	}
	if lasts < 0 {
		expires, err := http.ParseTime(h.Get("Expires"))
		if err != nil {
			return 0
		}
		lasts = expires.Sub(sent(h, now))
	}
	return min(max(lasts-age, 0), maxFresh)
}

// sent returns the time of a response by the server's own clock, which may differ from ours.
func sent(h http.Header, now time.Time) time.Time {
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		return date
	}
	return now
}

// maxRetry is the longest wait that a server can ask for.
const maxRetry = 24 * time.Hour

// retryAfter returns how long to wait as the server asks (RFC 9110, section 10.2.3); 0: it does not ask.
func retryAfter(h http.Header, now time.Time) time.Duration {
	for _, name := range [...]string{"Retry-After", "X-Rate-Limit-Retry-After-Seconds"} {
		text := strings.TrimSpace(h.Get(name))
		if n, err := strconv.ParseUint(text, 10, 31); err == nil {
			return min(time.Duration(n)*time.Second, maxRetry)
		}
		if until, err := http.ParseTime(text); err == nil {
			return min(max(until.Sub(sent(h, now)), 0), maxRetry)
		}
	}
	return 0
}
