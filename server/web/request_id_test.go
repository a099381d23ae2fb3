package web_test

import (
	"net/netip"
	"regexp"
	"strings"
	"testing"

	"flightboard/server/web"
)

var isRequest = regexp.MustCompile(` request=(\S+)`)

// requests returns the request IDs in the log, in their order.
func (s *site) requests() (ids []string) {
	for _, m := range isRequest.FindAllStringSubmatch(s.logs.String(), -1) {
		ids = append(ids, m[1])
	}
	return ids
}

func TestTheLinesOfARequestHaveItsID(t *testing.T) {
	bubble(t, web.Options{}, func(s *site) {
		for range 2 {
			w := s.watch("/events", "X-Request-ID", "invented")
			w.event()
			w.answer.Body.Close()
			s.watch("/sse?count=1").event()
		}
		s.wantMetrics("when all have left", `flightboard_streams_ended_total{reason="left"} 2`)
		lines := make(map[string]int)
		for _, id := range s.requests() {
			lines[id]++
		}
		for id, n := range lines {
			if n > 2 || len(id) != 13 {
				t.Errorf("the ID %s is in %d lines; %v", id, n, lines)
			}
		}
		if len(lines) != 4 {
			t.Errorf("four requests have the IDs %v in\n%s", lines, s.logs)
		}
	})
}

func TestOnlyTrustedProxiesGiveRequestsTheirIDs(t *testing.T) {
	for _, c := range []struct {
		trusted bool
		ids     []string
		kept    bool
	}{
		{true, []string{"7b1c-4f.0_a:Z"}, true},
		{false, []string{"7b1c-4f.0_a:Z"}, false},
		{true, []string{"one", "two"}, false},
		{true, []string{""}, false},
		{true, []string{`a"b`}, false},
		{true, []string{"a b"}, false},
		{true, []string{"grüezi"}, false},
		{true, []string{strings.Repeat("a", 65)}, false},
		{true, []string{strings.Repeat("a", 64)}, true},
	} {
		o := web.Options{Tokens: tokens("0123456789abcdef")}
		if c.trusted {
			o.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
		}
		oneBubble(t, o, true, func(s *site) {
			var headers []string
			for _, id := range c.ids {
				headers = append(headers, "X-Request-ID", id)
			}
			answer := s.do("POST", "/flights", "{}", headers...)
			ids := s.requests()
			if len(ids) != 1 || (ids[0] == c.ids[0]) != c.kept || answer.Header.Get("X-Request-ID") != ids[0] {
				t.Errorf("%q, trusted %t: the log has %q and the answer %q", c.ids, c.trusted, ids,
					answer.Header.Get("X-Request-ID"))
			}
		})
	}
}

// What strangers send must neither look like a line of the log, nor put a secret into it.
func TestStrangersForgeNoLineOfTheLogAndSecretsStayOut(t *testing.T) {
	const secret = "correct-horse-battery"
	o := web.Options{Tokens: tokens("0123456789abcdef"), Proxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	bubble(t, o, func(s *site) {
		forged := "\x1b[31m%0atime=2000-01-01T00:00:00Z level=ERROR msg=forged"
		headers := []string{"Authorization", "Bearer " + secret, "Cookie", "session=" + secret, "X-Api-Key", secret,
			"Origin", "https://" + secret + ".example", "User-Agent", secret + forged[5:], "Last-Event-ID", secret,
			"Idempotency-Key", secret, "X-Forwarded-For", secret, "X-Request-ID", secret + " msg=forged"}
		for _, path := range []string{"/events", "/events?wait=0s&", "/events?lastEventId=1%0a&", "/sse?count=1&", "/flights",
			"/nothing%0amsg=forged", "/healthz"} {
			if !strings.HasSuffix(path, "&") {
				path += "?"
			}
			answer := s.do("GET", path+"token="+secret+"%0amsg=forged&access_token=%1b[2J", "", headers...)
			answer.Body.Close()
			s.do("POST", path+"token="+secret, `{"flight":"`+secret+`\u000a msg=forged"}`, headers...).Body.Close()
		}
		s.do("DELETE", "/flights/"+secret+"%0atime=x%20msg=forged", "", headers...).Body.Close()
		s.wantMetrics("at the end", "flightboard_ready 1")
		text := s.logs.String()
		for _, never := range []string{secret, "forged", "token=", "\x1b", "\r", "lastEventId"} {
			if strings.Contains(text, never) {
				t.Errorf("the log has %q:\n%s", never, text)
			}
		}
		for line := range strings.Lines(text) {
			if !strings.HasPrefix(line, "time=2000-01-01T") || strings.Count(line, "msg=") != 1 {
				t.Errorf("this line of the log is not one of the server's: %q", line)
			}
		}
		if strings.Count(text, "\n") < 4 {
			t.Errorf("the log is short:\n%s", text)
		}
	})
}
