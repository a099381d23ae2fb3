package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// A cut replaces the text that its pattern matches, in the cities of some countries or of all.
type cut struct {
	countries string // ISO 3166-1 codes between blanks; empty: all
	pattern   *regexp.Regexp
	with      string
}

// cuts are the rules by which a municipality becomes the city that a timetable shows. They apply in this order. A rule
// is here only if it is right for every airport of its countries; cities.tsv has the exceptions.
var cuts = []cut{
	// Georgetown (Tas)
	{"", regexp.MustCompile(`^(.+?) *\(.*\)$`), "$1"},
	// Mati International Airport
	{"", regexp.MustCompile(`( (Airport|Airfield|Airstrip|Aerodrome|International|Domestic))+$`), ""},
	// St. Anthony
	{"", regexp.MustCompile(`\bSt\. `), "St "},
	// Frankfurt am Main
	{"AT DE", regexp.MustCompile(` am .*`), ""},
	// Lyon/Bron
	{"FI FR GF SE", regexp.MustCompile(` */.*`), ""},
	// Medan, Sumatra Island
	{"ID", regexp.MustCompile(`,.*|-[^-]* Island$`), ""},
	// Kekaha,Kauai
	{"US", regexp.MustCompile(`,.*`), ""},
	// Lanzarote Island
	{"ES GR PT", regexp.MustCompile(` Island$`), ""},
	// Taipei City
	{"CN JP KR PH TW", regexp.MustCompile(` City$`), ""},
	// Mc Allen
	{"US", regexp.MustCompile(`^Mc `), "Mc"},
}

// romance names the countries whose cities have a particle in the middle, which airportsdata sometimes capitalizes:
// Rio De Janeiro.
var (
	romance  = strings.Fields("AO AR BO BR CL CO CR CU CV DO EC ES GT HN MX MZ NI PA PE PT PY SV UY VE")
	particle = regexp.MustCompile(` (D[aeo]|Das|Dos|Del) `)
)

// city returns the city that stands for a municipality, in ASCII.
func city(municipality, country string) (string, error) {
	name, err := ascii(municipality)
	if err != nil {
		return "", err
	}
	for _, c := range cuts {
		if c.countries == "" || slices.Contains(strings.Fields(c.countries), country) {
			name = strings.TrimSpace(c.pattern.ReplaceAllString(name, c.with))
		}
	}
	if slices.Contains(romance, country) {
		name = particle.ReplaceAllStringFunc(name, strings.ToLower)
	}
	if name == "" {
		return "", fmt.Errorf("no city is left of %q", municipality)
	}
	return name, nil
}

// letters spells the letters with diacritics that airportsdata has as airport boards in English do: Malmo, Tromso.
var letters = strings.NewReplacer(
	"Å", "A", "Í", "I", "Ó", "O", "Ø", "O", "Þ", "Th", "á", "a", "â", "a", "ã", "a", "ä", "a", "å", "a", "æ", "ae",
	"ç", "c", "è", "e", "é", "e", "í", "i", "ð", "d", "ó", "o", "ö", "o", "ø", "o", "ú", "u", "ü", "u", "ý", "y",
	"ă", "a", "Đ", "D", "ı", "i", "Ł", "L", "ł", "l", "ń", "n", "Ş", "S", "ş", "s", "ź", "z", "ș", "s", "ồ", "o",
	"–", "/",
)

// ascii returns a name without diacritics, or an error if letters lacks one of its letters.
func ascii(name string) (string, error) {
	name = letters.Replace(name)
	if i := strings.IndexFunc(name, func(r rune) bool { return r > unicode.MaxASCII }); i >= 0 {
		return "", fmt.Errorf("%q: city.go does not know how to spell the letter at %q", name, name[i:])
	}
	return name, nil
}
