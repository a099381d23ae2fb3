package web_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode"

	"flightboard/server/web"
)

// The requests are written as bytes: net/http's client would refuse most of them.
func TestControlCharactersOfStrangersForgeNoLineOnAnyRoute(t *testing.T) {
	const secret, forged = "s3cr3t-of-somebody", "level=ERROR msg=forged"
	marks := []string{"\r", "\x1b[31m", "\u2028", "\u0085", "\u202e", "\x00", "\x7f", `"`, "\\", "%0a", "%0d%0a", " "}
	o := web.Options{Page: files(), Tokens: tokens("0123456789abcdef"), Limits: web.Limits{Requests: 0.5},
		Proxies: strangers}
	bubble(t, o, func(s *site) {
		ask := func(request string) {
			t.Helper()
			c, err := s.network.Dial(context.Background(), "", "")
			if err != nil {
				t.Fatal(err)
			}
			go io.WriteString(c, request)
			answer, err := http.ReadResponse(bufio.NewReader(c), nil)
			if err == nil && !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/event-stream") {
				io.Copy(io.Discard, io.LimitReader(answer.Body, 1<<20))
			}
			c.Close()
			time.Sleep(time.Second)
			synctest.Wait()
		}
		for _, route := range []string{"GET /", "GET /events", "GET /sse", "GET /flights", "POST /flights",
			"DELETE /flights/", "GET /healthz", "GET /readyz", "GET /check", "OPTIONS /events", "PUT /flights", "GET /no"} {
			for _, mark := range marks {
				evil := mark + "time=2026 " + forged + mark
				query := "?token=" + secret + "&lastEventId=" + url.QueryEscape(evil)
				head := " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n"
				ask(route + query + head + "\r\n")
				ask(route + query + "&wait=" + url.QueryEscape(evil) + head + "\r\n")
				ask(route + "x" + url.PathEscape(evil) + head + "\r\n")
				for _, name := range []string{"Last-Event-ID", "Authorization", "X-Request-ID", "X-Forwarded-For", "Forwarded",
					"User-Agent", "Referer", "Cookie", "Origin", "Idempotency-Key", "Accept"} {
					ask(route + head + name + ": " + secret + evil + "\r\n\r\n")
				}
			}
		}
		for line := range strings.Lines(s.logs.String()) {
			text := strings.TrimSuffix(line, "\n")
			if !strings.HasPrefix(text, "time=2000-01-01T") || strings.IndexFunc(text, isControl) >= 0 ||
				strings.Contains(text, secret) || strings.Contains(text, "forged") {
				t.Errorf("this line is forged, or tells a secret: %q", text)
			}
		}
		if s.logs.Len() == 0 {
			t.Error("the log is empty")
		}
	})
}

func isControl(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) }
