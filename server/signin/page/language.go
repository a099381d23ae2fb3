package page

import (
	"cmp"
	"encoding/json"
	"io/fs"
	"maps"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"flightboard/server/web"
	"flightboard/timetable/words"
	"flightboard/www"
)

// A language is one in which the board's page has texts.
type language struct {
	Tag       string
	Direction string `json:"direction"`
	Texts     map[string]string
}

func (l *language) text(m words.Message) string { return cmp.Or(l.Texts[string(m)], string(m)) }

var english = &language{Tag: "en", Direction: "ltr"}

// languages returns the languages of the board's page, by their tags.
var languages = sync.OnceValue(func() map[string]*language {
	all := map[string]*language{english.Tag: english}
	names, err := fs.Glob(www.Files, "languages/*.json")
	for _, name := range names {
		var text []byte
		if text, err = www.Files.ReadFile(name); err != nil {
			break
		}
		one := &language{Tag: strings.TrimSuffix(path.Base(name), ".json")}
		if err = json.Unmarshal(text, one); err != nil {
			break
		}
		all[one.Tag] = one
	}
	if err != nil {
		panic(err) // they are in the binary, and tests of www read them
	}
	return all
})

// known returns the language with a tag as in BCP 47, as boot.js does; nil: the page has no texts in it.
func known(tag string) *language {
	tag = strings.ToLower(strings.TrimSpace(tag))
	if tag == "zh-hant" || strings.HasPrefix(tag, "zh-hant-") || tag == "zh-tw" || tag == "zh-hk" || tag == "zh-mo" {
		return nil
	}
	tag, _, _ = strings.Cut(tag, "-")
	return languages()[tag]
}

// languageOf returns the language of a reader's page: that of the address, ?lang=, or of the one to which the page
// leads back, or else the best one of Accept-Language. If it is not that of an address, the script may prefer one of
// choice, which the reader has chosen on the board.
func languageOf(r *http.Request) (l *language, choice string) {
	back, _ := url.Parse(web.ReturnTo(r)) // which checks it
	for _, query := range []url.Values{r.URL.Query(), back.Query()} {
		for tag := range strings.SplitSeq(query.Get("lang"), ",") {
			if l := known(tag); l != nil {
				return l, ""
			}
		}
	}
	choice = strings.Join(slices.Sorted(maps.Keys(languages())), " ")
	for _, tag := range accepted(strings.Join(r.Header.Values("Accept-Language"), ",")) {
		if l := known(tag); l != nil {
			return l, choice
		}
	}
	return english, choice
}

// accepted returns the language ranges of Accept-Language (RFC 9110, 12.5.4), the best first.
func accepted(header string) (tags []string) {
	weights := make(map[string]float64)
	for one := range strings.SplitSeq(header, ",") {
		tag, parameter, _ := strings.Cut(one, ";")
		tag = strings.TrimSpace(tag)
		weight := 1.0
		if text, ok := strings.CutPrefix(strings.TrimSpace(parameter), "q="); ok {
			weight, _ = strconv.ParseFloat(text, 64)
		}
		if _, twice := weights[tag]; weight > 0 && !twice {
			weights[tag] = weight
			tags = append(tags, tag)
		}
	}
	slices.SortStableFunc(tags, func(a, b string) int { return cmp.Compare(weights[b], weights[a]) })
	return tags
}
