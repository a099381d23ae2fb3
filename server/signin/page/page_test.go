package page

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"flightboard/timetable/words"
)

// show returns the page that a request for an address gets. The header is Accept-Language.
func show(address, header string, p Page) (h http.Header, text string) {
	r := httptest.NewRequest("GET", address, nil)
	r.Header.Set("Accept-Language", header)
	w := httptest.NewRecorder()
	Show(w, r, http.StatusOK, p)
	return w.Header(), w.Body.String()
}

func TestThePageIsInTheReadersLanguage(t *testing.T) {
	for _, c := range []struct{ reason, address, header, want string }{
		{"none", "/sign-in", "", `lang="en" dir="ltr"`},
		{"the browser's", "/sign-in", "de-AT", `lang="de" dir="ltr"`},
		{"from right to left", "/sign-in", "he", `lang="he" dir="rtl"`},
		{"the first that there is", "/sign-in", "nl, fr-CH;q=0.8, de;q=0.9", `lang="de" dir="ltr"`},
		{"one that is refused", "/sign-in", "de;q=0, fr;q=0.1", `lang="fr" dir="ltr"`},
		{"one that cannot be read", "/sign-in", "de;q=x, *, ;;, fr", `lang="fr" dir="ltr"`},
		{"English before others", "/sign-in", "en-GB, de", `lang="en" dir="ltr"`},
		{"traditional Chinese", "/sign-in", "zh-TW, zh-Hant-HK, ja", `lang="ja" dir="ltr"`},
		{"simplified Chinese", "/sign-in", "zh-CN", `lang="zh" dir="ltr"`},
		{"the address's", "/sign-in?lang=nl,ja", "de", `lang="ja" dir="ltr"`},
		{"that of the way back", "/sign-in?to=%3Fq%3Drome%26lang%3Dfr", "de", `lang="fr" dir="ltr"`},
		{"not one of another site", "/sign-in?to=%2F%2Fevil.example%2F%3Flang%3Dfr", "de", `lang="de" dir="ltr"`},
		{"none that there is", "/sign-in?lang=../de", "xx", `lang="en" dir="ltr"`},
	} {
		_, text := show(c.address, c.header, Page{Title: words.SignIn})
		if !strings.Contains(text, c.want) {
			t.Errorf("%s, GET %s with %q: want %s:\n%s", c.reason, c.address, c.header, c.want, text)
		}
		if chosen, looks := strings.Contains(c.want, "ja") && strings.Contains(c.address, "lang") ||
			strings.Contains(c.want, `"fr"`) && strings.Contains(c.address, "to="),
			strings.Contains(text, `data-languages="de en es fr he ja zh"`); chosen == looks {
			t.Errorf("%s: the script looks for the kept language: %v", c.reason, looks)
		}
	}
}

// Each text of each page is a message that all languages have.
func TestAllTextsAreTranslated(t *testing.T) {
	in := regexp.MustCompile(`data-text="([^"]*)">([^<]*)<`)
	for tag, l := range languages() {
		for _, p := range []Page{
			{Title: words.SignIn, Text: words.NotPublic, Form: true, Wrong: words.WrongToken},
			{Title: words.SignedIn, Text: words.SignedInAs, Name: "anna", Link: "./", Label: words.ToTheBoard},
		} {
			_, text := show("/sign-in?lang="+tag, "", p)
			found := in.FindAllStringSubmatch(text, -1)
			if len(found) < 4 {
				t.Errorf("%s: the page has the texts %q:\n%s", tag, found, text)
			}
			for _, one := range found {
				if english := strings.ReplaceAll(one[1], "&#39;", "'"); tag != "en" && l.Texts[english] == "" {
					t.Errorf("%s has no %q", tag, english)
				}
			}
			_, body, _ := strings.Cut(in.ReplaceAllString(text, "><"), "<body>")
			for _, rest := range regexp.MustCompile(`>\s*\pL[^<]*<`).FindAllString(body, -1) {
				if rest != ">anna<" {
					t.Errorf("%s: %q is not translated", tag, rest)
				}
			}
		}
	}
}

// A page below /sign-in finds the files and the links of the site, which may be below a path that the server does not
// know.
func TestAddressesAreRelative(t *testing.T) {
	for path, root := range map[string]string{"/sign-in": "", "/sign-in/out": "../"} {
		h, text := show(path, "", Page{Title: words.HasSignedOut, Link: "sign-in?to=check", Label: words.SignIn, After: 10})
		for _, want := range []string{`href="` + root + `sign-in?to=check"`, `src="` + root + `theme.js"`,
			`src="` + root + `sign-in/page.js"`} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: want %s:\n%s", path, want, text)
			}
		}
		if want := "10; url=" + root + "sign-in?to=check"; h.Get("Refresh") != want {
			t.Errorf("%s: Refresh is %q, want %q", path, h.Get("Refresh"), want)
		}
	}
	_, text := show("/sign-out", "", Page{Link: "https://id.example/out?a=b", Label: words.Continue})
	if !strings.Contains(text, `href="https://id.example/out?a=b"`) {
		t.Errorf("the provider's address is changed:\n%s", text)
	}
}

func TestThePagesAreForThisReaderAndThisSite(t *testing.T) {
	h, text := show("/sign-in", "", Page{Title: words.SignedIn, Text: words.SignedInAs, Name: `<script>"&`})
	if h.Get("Cache-Control") != "private, no-store" || h.Get("X-Frame-Options") != "DENY" ||
		!strings.Contains(h.Get("Content-Security-Policy"), "form-action 'self'; frame-ancestors 'none'") ||
		h.Get("Referrer-Policy") != "same-origin" {
		t.Errorf("the headers are %v", h)
	}
	if !strings.Contains(text, `<bdi>&lt;script&gt;&#34;&amp;</bdi>`) {
		t.Errorf("the name is not escaped:\n%s", text)
	}
}
