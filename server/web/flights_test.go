package web_test

import (
	"compress/gzip"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"

	"flightboard/server/eventlog/logtest"
	"flightboard/server/web"
	"flightboard/timetable"
)

func TestTheBoardAsADocument(t *testing.T) {
	for _, c := range []struct {
		reason, accept, contentType, want string
	}{
		{"JSON by default", "", "application/json",
			`[{"flight":"LH1","origin":"Frankfurt","arrival":"00:01"},` + "\n" +
				`{"flight":"LH2","origin":"Frankfurt","arrival":"00:02","codeshares":["UA1","AC2"]}]` + "\n"},
		{"curl takes all", "*/*", "application/json", ""},
		{"a browser", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/json", ""},
		{"a spreadsheet", "text/csv", "text/csv; charset=utf-8; header=present",
			"origin,flight,arrival,state,expected,airline,from,terminal,gate,belt,codeshares,remark,id\n" +
				"Frankfurt,LH1,00:01,,,,,,,,,,\nFrankfurt,LH2,00:02,,,,,,,,UA1 AC2,,\n"},
		{"a terminal", "text/plain", "text/plain; charset=utf-8",
			"ORIGIN     FLIGHT  ARRIVAL  STATE\nFrankfurt  LH1     00:01\nFrankfurt  LH2     00:02\n"},
		{"the best weight wins", "application/json;q=0.5, text/csv;q=0.9, text/plain;q=0.1",
			"text/csv; charset=utf-8; header=present", ""},
		{"any text is a table for spreadsheets", "text/*", "text/csv; charset=utf-8; header=present", ""},
		{"a type that is refused", "*/*, application/json;Q=0", "text/csv; charset=utf-8; header=present", ""},
		{"what we do not have", "image/png", "application/json", ""},
	} {
		t.Run(c.reason, func(t *testing.T) {
			bubble(t, web.Options{}, func(s *site) {
				s.append(1)
				shared := logtest.Flight(2)
				shared.Codeshares = "UA1\nAC2"
				at := logtest.Append(t, s.log, timetable.Change{Kind: timetable.KindAdd, Flight: shared})
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

func TestABoardThatAClientHasIsNotSentAgain(t *testing.T) {
	bubble(t, web.Options{}, func(s *site) {
		at := s.append(1).String()
		for _, c := range []struct {
			reason, header string
			status         int
		}{
			{"this board", `"` + at + `"`, 304},
			{"this board, compared weakly", `W/"` + at + `"`, 304},
			{"any board", "*", 304},
			{"a list that has it", `"1", "` + at + `"`, 304},
			{"another board", `"1"`, 200},
			{"a text that holds the tag, and is another", `"1"` + at + `"`, 200},
		} {
			if answer := s.do("GET", "/flights", "", "If-None-Match", c.header); answer.StatusCode != c.status {
				t.Errorf("%s: %s = %s, want %d", c.reason, c.header, answer.Status, c.status)
			}
		}
	})
}

func TestABoardIsCompressedOnRequest(t *testing.T) {
	bubble(t, web.Options{}, func(s *site) {
		for n := range 100 {
			s.append(n)
		}
		tags := make(map[string]bool)
		for _, accept := range []string{"application/json", "text/csv", "text/plain"} {
			plain := s.do("GET", "/flights", "", "Accept", accept, "Accept-Encoding", "gzip;q=0")
			zipped := s.do("GET", "/flights", "", "Accept", accept, "Accept-Encoding", "gzip")
			want := s.text(plain)
			r, err := gzip.NewReader(zipped.Body)
			if err != nil {
				t.Fatalf("%s, with the coding %q: %v", accept, zipped.Header.Get("Content-Encoding"), err)
			}
			got, err := io.ReadAll(r)
			if err != nil || string(got) != want {
				t.Errorf("%s: the compressed board differs, error %v", accept, err)
			}
			codings := plain.Header.Get("Content-Encoding") + "/" + zipped.Header.Get("Content-Encoding")
			vary := strings.Join(zipped.Header.Values("Vary"), ", ")
			if codings != "/gzip" || !strings.Contains(vary, "Accept-Encoding") {
				t.Errorf("%s: the codings are %s, want /gzip; Vary %q", accept, codings, vary)
			}
			if zipped.ContentLength*2 > plain.ContentLength {
				t.Errorf("%s: %d bytes instead of %d", accept, zipped.ContentLength, plain.ContentLength)
			}
			tags[plain.Header.Get("ETag")], tags[zipped.Header.Get("ETag")] = true, true
		}
		if len(tags) != 6 {
			t.Errorf("six representations have the tags %v", tags)
		}
	})
}

// TestAReaderThatDoesNotReadSharesItsBoard: 200 requests for 1 MB each took 200 MB and more.
func TestAReaderThatDoesNotReadSharesItsBoard(t *testing.T) {
	bubble(t, web.Options{}, func(s *site) {
		var all []timetable.Change
		for n := range 10_000 {
			all = append(all, logtest.Addition(n))
		}
		logtest.Append(t, s.log, all...)
		heap := func() int {
			synctest.Wait()
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			return int(m.HeapAlloc) >> 20
		}
		size := s.do("HEAD", "/flights", "").ContentLength
		before := heap()
		for range 200 {
			s.do("GET", "/flights", "")
		}
		if got := heap() - before; got > 60 {
			t.Errorf("200 answers of %d bytes that nobody reads take %d MiB, want one, and small buffers", size, got)
		}
	})
}

func TestATableForTerminalsHasWhatThePageShows(t *testing.T) {
	bubble(t, web.Options{}, func(s *site) {
		for _, f := range []timetable.Flight{
			{Number: "A1", Origin: "Zu\u0308rich", Arrival: "2026-11-21T23:50:00+01:00", Expected: "2026-11-22T00:20:00+01:00",
				State: "delayed", Belt: "7"},
			{Number: "B22", Origin: "東京", Arrival: "2026-11-21T23:55:00+01:00", Expected: "00:05"},
			{Number: "C3", Origin: "Oslo", Arrival: "2026-11-22T00:10:00+01:00", Gate: "B7", Belt: "12"},
		} {
			logtest.Append(t, s.log, timetable.Change{Kind: timetable.KindAdd, Flight: f})
		}
		// As wide as it looks: two cells for a wide character, none for a mark that stands by itself.
		// Most are scheduled for the 21st, so what is of the 22nd is marked.
		want := "ORIGIN  FLIGHT  ARRIVAL   STATE     EXPECTED  GATE  BELT\n" +
			"Sunday 22 November\n東京    B22     23:55     expected  00:05 +1\n" +
			"Oslo    C3      00:10 +1                      B7    12\n" +
			"Zu\u0308rich  A1      23:50     delayed   00:20 +1        7\n"
		if got := s.text(s.do("GET", "/flights", "", "Accept", "text/plain")); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	})
}

func TestAFileForSpreadsheetsHasNoFormulas(t *testing.T) {
	bubble(t, web.Options{}, func(s *site) {
		for i, origin := range []string{"=1+1", "+49", "-1", "@A1", "Rome"} {
			f := logtest.Flight(i)
			f.Origin, f.Remark = origin, "a = b"
			logtest.Append(t, s.log, timetable.Change{Kind: timetable.KindAdd, Flight: f})
		}
		want := "origin,flight,arrival,state,expected,airline,from,terminal,gate,belt,codeshares,remark,id\n" +
			"'=1+1,LH0,00:00,,,,,,,,,a = b,\n'+49,LH1,00:01,,,,,,,,,a = b,\n'-1,LH2,00:02,,,,,,,,,a = b,\n" +
			"'@A1,LH3,00:03,,,,,,,,,a = b,\nRome,LH4,00:04,,,,,,,,,a = b,\n"
		if got := s.text(s.do("GET", "/flights", "", "Accept", "text/csv")); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	})
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
