package web_test

import (
	"testing"

	"flightboard/server/eventlog/logtest"
	"flightboard/server/web"
	"flightboard/timetable"
)

func TestTheBoardAsADocument(t *testing.T) {
	for _, c := range []struct {
		reason, accept, contentType, want string
	}{
		{"JSON by default", "", "application/json", "[{\"flight\":\"LH1\",\"origin\":\"Frankfurt\",\"arrival\":\"00:01\"},\n{\"flight\":\"LH2\",\"origin\":\"Frankfurt\",\"arrival\":\"00:02\",\"codeshares\":[\"UA1\",\"AC2\"]}]\n"},
		{"curl takes all", "*/*", "application/json", ""},
		{"a browser", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/json", ""},
		{"a spreadsheet", "text/csv", "text/csv; charset=utf-8; header=present",
			"origin,flight,arrival,state,expected,airline,from,terminal,gate,belt,codeshares,remark,id\nFrankfurt,LH1,00:01,,,,,,,,,,\nFrankfurt,LH2,00:02,,,,,,,,UA1 AC2,,\n"},
		{"a terminal", "text/plain", "text/plain; charset=utf-8",
			"ORIGIN     FLIGHT  ARRIVAL  EXPECTED  STATE\nFrankfurt  LH1     00:01              \nFrankfurt  LH2     00:02              \n"},
		{"the best weight wins", "application/json;q=0.5, text/csv;q=0.9, text/plain;q=0.1", "text/csv; charset=utf-8; header=present", ""},
		{"any text is a table for spreadsheets", "text/*", "text/csv; charset=utf-8; header=present", ""},
		{"what we do not have", "image/png", "application/json", ""},
	} {
		t.Run(c.reason, func(t *testing.T) {
			bubble(t, web.Options{}, func(s *site) {
				s.append(1)
				shared := logtest.Flight(2)
				shared.Codeshares = "UA1\nAC2"
				at := logtest.Append(t, s.log, timetable.Change{Kind: timetable.Add, Flight: shared})
				answer := s.do("GET", "/flights", "", "Accept", c.accept)
				if got := answer.Header.Get("Content-Type"); got != c.contentType {
					t.Errorf("the type is %q, want %q", got, c.contentType)
				}
				if got := answer.Header.Get("Last-Event-ID"); got != at.String() {
					t.Errorf("the position is %q, want %d", got, at)
				}
				if got := s.text(answer); c.want != "" && got != c.want {
					t.Errorf("got\n%s\nwant\n%s", got, c.want)
				}
				again := s.do("GET", "/flights", "", "Accept", c.accept, "If-None-Match", answer.Header.Get("ETag"))
				if again.StatusCode != 304 {
					t.Errorf("asking again with the ETag %s = %s, want 304", answer.Header.Get("ETag"), again.Status)
				}
			})
		})
	}
}

func TestAClientMayFetchTheBoardAndThenFollow(t *testing.T) {
	bubble(t, web.Options{}, func(s *site) {
		s.append(1)
		answer := s.do("GET", "/flights", "")
		s.append(2)
		w := s.watch("/events", "Last-Event-ID", answer.Header.Get("Last-Event-ID"))
		w.want("flightAddition", `{"flight":"LH2","origin":"Frankfurt","arrival":"00:02"}`)
	})
}

func TestAnEmptyBoardIsAnEmptyArray(t *testing.T) {
	bubble(t, web.Options{}, func(s *site) {
		if got := s.text(s.do("GET", "/flights", "")); got != "[]\n" {
			t.Errorf("got %q", got)
		}
	})
}
