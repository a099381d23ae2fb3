package web_test

import (
	"net/http"
	"strings"
	"testing"

	"flightboard/server/web"
)

// Publishers give a time its date in the time itself.
func TestPublishersDoNotSendDated(t *testing.T) {
	bubble(t, web.Options{OpenDoor: true}, func(s *site) {
		for _, body := range []string{
			`{"flight":"LH400","arrival":"16:05","dated":"2026-11-20T16:05:00+01:00"}`,
			`{"event":"flightSnapshot","data":[{"flight":"LH400","arrival":"16:05","dated":"2026-11-20T16:05:00+01:00"}]}`,
		} {
			r := s.do("POST", "/flights", body)
			if got := s.text(r); r.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got, `"field":"dated"`) {
				t.Errorf("POST %s: %d %s, want 422 that names dated", body, r.StatusCode, got)
			}
		}
	})
}
