package words

import (
	"strings"
	"testing"
)

// dual are rules of an invented language.
type dual struct{}

func (dual) Plural(n int) string {
	switch n {
	case 1:
		return "one"
	case 2:
		return "two"
	}
	return "many"
}

func (dual) List(lines string) string { return strings.ReplaceAll(lines, "\n", " & ") }

// speak sets a language for a test.
func speak(t *testing.T, rightToLeft bool, texts ...string) {
	t.Cleanup(func() { SetLanguage("", false, nil) })
	SetLanguage(strings.Join(texts, "\x1f"), rightToLeft, dual{})
}

func TestMessagesAreTranslatedWhenTheyAreRead(t *testing.T) {
	why := Busy(503)
	english := why.String()
	speak(t, false, "the server answers {status}, it takes no more viewers now", "voll ({status})",
		"{status} but quiet since {clock}", "seit {clock} still: {status}")
	for _, test := range []struct{ got, want string }{
		{english, "the server answers 503, it takes no more viewers now"},
		{why.String(), "voll (503)"},
		{Quiet("Live", "14:03:12", true), "seit 14:03:12 still: Live"},
		{Quiet("{clock}", "{status}", true), "seit {status} still: {clock}"}, // values are no patterns
		{Stopped("14:03:12"), "Stopped by you at 14:03:12"},                  // not in the catalogue
		{Waiting(1), "1 changes waiting"},
	} {
		if test.got != test.want {
			t.Errorf("%q, want %q", test.got, test.want)
		}
	}
	SetLanguage("", false, nil)
	if got := why.String(); got != english {
		t.Errorf("in English again: %q, want %q", got, english)
	}
}

func TestPluralsHaveTheCategoriesOfTheLanguage(t *testing.T) {
	speak(t, false, "{n} flights_one", "ein {n}", "{n} flights_two", "beide {n}", "{n} flights_other", "alle {n}")
	for n, want := range map[int]string{1: "ein I", 2: "beide II", 3: "alle III"} { // many is missing
		if got := Found(n, strings.Repeat("I", n)); got != want {
			t.Errorf("Found(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestSummariesAndTooltipsListThings(t *testing.T) {
	groups := []Group{{"gelandet", []string{"LH400", "BA117"}}, {"verspätet", []string{"AF006"}}}
	want := "2 flights gelandet: LH400, BA117; 1 verspätet: AF006"
	if got := Sum(groups); got != want {
		t.Errorf("Sum = %q, want %q", got, want)
	}
	want = "in the feed “LND”, from hub, by hand: Gate, Belt"
	if got := Tooltip("LND", "hub", []string{"Gate", "Belt"}); got != want {
		t.Errorf("Tooltip = %q, want %q", got, want)
	}
	speak(t, true, ": {flights}", " ({flights})", "; ", " ~ ")
	want = "\u20682\u2069 flights \u2068gelandet\u2069 (\u2068\u2068LH400\u2069 & \u2068BA117\u2069\u2069) ~ " +
		"\u20681\u2069 \u2068verspätet\u2069 (\u2068\u2068AF006\u2069\u2069)"
	if got := Sum(groups); got != want {
		t.Errorf("from right to left, Sum = %+q, want %+q", got, want)
	}
}

func TestTheNewsOfAFollowedFlightAreInTheLanguage(t *testing.T) {
	if got, want := News("landed", "18:05", "5"), "Landed 18:05, belt 5"; got != want {
		t.Errorf("News = %q, want %q", got, want)
	}
	if got, want := News("", "", "5"), "Belt 5"; got != want {
		t.Errorf("News = %q, want %q", got, want)
	}
	if got, want := strings.Count(Stars(), "\n"), 6; got != want || !strings.HasPrefix(Stars(), "Follow {}\nAlerts\n") {
		t.Errorf("Stars = %q", Stars())
	}
	speak(t, false, "landed", "atterri", "belt {belt}", "tapis {belt}", "Follow {flight}", "{flight} : suivre",
		"{flight} from {city}", "{flight} ({city})", "{flight} no longer followed", "{flight} : fini")
	for _, test := range []struct{ got, want string }{
		{News("landed", "18:05", "5"), "Atterri 18:05, tapis 5"},
		{NewsFrom("LH400", "Rome"), "LH400 (Rome)"},
		{NewsFrom("LH400", ""), "LH400"},
		{Followed("LH400", false), "LH400 : fini"},
		{strings.SplitN(Stars(), "\n", 2)[0], "{} : suivre"},
	} {
		if test.got != test.want {
			t.Errorf("%q, want %q", test.got, test.want)
		}
	}
}
