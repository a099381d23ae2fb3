package www

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"flightboard/timetable"
	"flightboard/timetable/view"
)

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := fs.ReadFile(Files, name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The server inserts the board's rows between <tbody> and </tbody>, so the page has each of these exactly once. The
// rows that a static host sends have the same HTML as those that the server writes.
func TestThePageContainsSixFlights(t *testing.T) {
	page := read(t, "index.html")
	if strings.Count(page, "<tbody>") != 1 || strings.Count(page, "</tbody>") != 1 {
		t.Fatal("want <tbody> and </tbody> exactly once")
	}
	_, rest, _ := strings.Cut(page, "<tbody>")
	got, _, _ := strings.Cut(rest, "</tbody>")

	c := timetable.Change{Kind: timetable.KindReplace}
	for _, f := range [][3]string{{"London", "A123", "08:15"}, {"Berlin", "D654", "08:45"}, {"New York", "U213", "09:05"},
		{"Buenos Aires", "A987", "09:30"}, {"Rome", "I768", "10:10"}, {"Tokyo", "G119", "10:35"}} {
		c.Board = append(c.Board, timetable.Flight{Origin: f[0], Number: f[1], Arrival: f[2]})
	}
	var b timetable.Board
	b.Apply(&c)
	if want := string(view.AppendRows(nil, &b, view.Airport)); got != want {
		t.Errorf("the page contains %s\nwant %s", got, want)
	}
}

func TestTheHeadHasEveryColumn(t *testing.T) {
	var got []string
	header := regexp.MustCompile(`<th scope="col" data-col="(\w+)"( hidden)?>`)
	for _, m := range header.FindAllStringSubmatch(read(t, "index.html"), -1) {
		if further := len(got) >= 4; further != (m[2] != "") {
			t.Errorf("%s: hidden is %v, want %v", m[1], m[2] != "", further)
		}
		got = append(got, m[1])
	}
	var want []string
	for _, c := range view.Columns {
		want = append(want, c.String())
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("the header cells are %v, want %v", got, want)
	}
	style := read(t, "style.css")
	for _, c := range want[4:] {
		if rule := `#flights[data-columns~="` + c + `"] th[data-col="` + c + `"]`; !strings.Contains(style, rule) {
			t.Errorf("the style does not show the header cell of %s when rows come with it", c)
		}
	}
}

// The page runs under a content security policy without inline code, and from a folder of any host.
func TestThePageHasNoInlineCodeAndNoAbsoluteAddress(t *testing.T) {
	page := read(t, "index.html")
	for pattern, why := range map[string]string{
		`(?i)<style|\sstyle=`:                   "inline style",
		`(?i)\son\w+=`:                          "an inline handler",
		`(?is)<script[^>]*>[^<]`:                "an inline script",
		`(?i)(href|src)="(/|[a-z]+:)`:           "an address that is not relative",
		`(?i)<meta name="flightboard-stream" c`: "",
	} {
		if found := regexp.MustCompile(pattern).FindString(page); (found != "") != (why == "") {
			t.Errorf("the page has %s: %q", why, found)
		}
	}
	for _, file := range regexp.MustCompile(`(?:href|src)="([^"#]+)"`).FindAllStringSubmatch(page, -1) {
		if strings.HasPrefix(file[1], "built/") {
			continue // made by ./build.sh
		}
		if _, err := fs.Stat(Files, file[1]); err != nil {
			t.Errorf("the page names a file that does not exist: %v", err)
		}
	}
	for _, sink := range []string{"innerHTML", "insertAdjacentHTML", "document.write", "eval("} {
		if strings.Contains(read(t, "boot.js"), sink) {
			t.Errorf("boot.js uses %s, which trusted types refuse", sink)
		}
	}
}

// Every state of the vocabulary has a sign.
func TestTheStyleHasASignForEveryState(t *testing.T) {
	style := read(t, "style.css")
	for _, state := range timetable.States {
		if state != "scheduled" && !strings.Contains(style, `[data-state="`+state+`"]`) {
			t.Errorf("the state %s has no sign of its own", state)
		}
	}
}
