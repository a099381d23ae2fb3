package web_test

import (
	"strings"
	"testing"

	"flightboard/server/token"
	"flightboard/server/web"
)

// Rates, idempotency keys and lines of the log are a publisher's, by its name and not by its token.
func TestPublishersHaveNames(t *testing.T) {
	const towers, towers2, gates, bare = "the-tower's-token", "the-tower's-newer", "the-gates'-token-", "a-token-by-itself"
	all := []token.Token{{Name: "tower", Text: towers}, {Name: "tower", Text: towers2}, {Name: "gates", Text: gates},
		{Name: "token 4", Bare: true, Text: bare}}
	bubble(t, web.Options{Tokens: all, Rate: 2}, func(s *site) {
		const body = "{\"flight\":\"BA2\"}\n{\"flight\":\"BA3\"}"
		post := func(text string, headers ...string) (status int, answer string) {
			return s.ask("POST", "/flights", body, append(headers, "Authorization", "Bearer "+text)...)
		}
		_, first := post(towers, "Idempotency-Key", "k")
		if status, again := post(towers2, "Idempotency-Key", "k"); again != first {
			t.Errorf("the tower's other token has other keys: %d %s", status, again)
		}
		if status, answer := post(towers2); status != 429 {
			t.Errorf("the tower's other token has a rate of its own: %d %s", status, answer)
		}
		for _, text := range []string{gates, bare} {
			if status, answer := post(text, "Idempotency-Key", "k"); status != 200 || answer == first {
				t.Errorf("another publisher shares the tower's rate or keys: %d %s", status, answer)
			}
		}
		s.handler.SetTokens(all[3:])
		if status, answer := post(bare, "Idempotency-Key", "k"); status != 200 || answer == first {
			t.Errorf("when others are removed a token without a name loses its keys: %d %s", status, answer)
		}
		log := s.logs.String()
		for _, name := range []string{"tower status=200", "tower status=429", "gates status=200", `"token 4" status=200`} {
			if !strings.Contains(log, `msg="publisher is answered" publisher=`+name) {
				t.Errorf("the log lacks %s:\n%s", name, log)
			}
		}
		s.wantMetrics("then", `flightboard_publisher_requests_total{publisher="tower"} 2`,
			`flightboard_publisher_requests_total{publisher="gates"} 1`)
		for _, one := range all {
			if strings.Contains(log, one.Text) {
				t.Errorf("the log has a token:\n%s", log)
			}
		}
	})
}
