package presets

import (
	"strings"
	"testing"
	"time"
)

func TestOpen(t *testing.T) {
	for text, want := range map[string]string{
		"avinor:OSL": "OSL", "avinor:osl": "OSL", "hkia": "HKG", "hkia:HKG": "HKG", "tlv": "TLV", "icn": "ICN",
		"schiphol": "AMS", "aeroapi:KJFK": "JFK", "aeroapi:JFK": "JFK", "opensky:EDDF": "FRA", "odpt:HND": "HND",
		"vatsim:EDDF": "FRA",
	} {
		s, err := Open(text, key)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		name, _, _ := strings.Cut(text, ":")
		if about := s.About(); about.Airport != want || about.Name != name || about.Zone == nil {
			t.Errorf("%s: %+v, want the airport %s", text, about, want)
		}
	}
	for text, want := range map[string]string{
		"avinor":       "avinor: want an airport after it, as in avinor:OSL",
		"avinor:":      "avinor: want an airport after it, as in avinor:OSL",
		"vatsim":       "vatsim: want an airport after it, as in vatsim:OSL",
		"hkia:OSL":     "airport: is HKG, and not OSL",
		"avinor:Oslo":  `zone: is missing: the airport OSLO is not in the table`,
		"heathrow:LHR": `"heathrow" is not a preset: want one of aeroapi, aerodatabox, `,
		"../x:LHR":     `"../x" is not a preset`,
		"":             `"" is not a preset`,
	} {
		if _, err := Open(text, key); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

// A source's page of terms is a sentence, and each tells how often it may be asked.
func TestEachPresetSaysWhatItsTermsAsk(t *testing.T) {
	want := "aeroapi aerodatabox aviationstack avinor finavia hkia icn odpt opensky schiphol swedavia tdx tlv vatsim"
	if got := strings.Join(Names(), " "); got != want {
		t.Errorf("Names() = %s, want %s", got, want)
	}
	for _, name := range Names() {
		text := name
		if Implied(name) == "" {
			text += ":FRA"
		}
		s, err := Open(text, key)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		about := s.About()
		if about.Credit == "" || !strings.HasSuffix(about.Terms, ".") || about.Every < 15*time.Second {
			t.Errorf("%s: credit %q, terms %q, every %v", name, about.Credit, about.Terms, about.Every)
		}
	}
}

// A key that is missing is named, when the source is asked.
func TestPresetsNameTheKeyThatIsMissing(t *testing.T) {
	none := func(string) (string, bool) { return "", false }
	for text, want := range map[string]string{
		"finavia:HEL": "FINAVIA_KEY", "swedavia:ARN": "SWEDAVIA_KEY", "tdx:TPE": "TDX_ID TDX_SECRET", "icn": "ICN_KEY",
		"odpt:HND": "ODPT_KEY", "aerodatabox:LHR": "AERODATABOX_KEY", "aeroapi:KJFK": "AEROAPI_KEY",
		"schiphol": "SCHIPHOL_TOKEN", "aviationstack:FRA": "AVIATIONSTACK_KEY", "opensky:EDDF": "OPENSKY_ID OPENSKY_SECRET",
		"avinor:OSL": "", "hkia": "", "tlv": "",
	} {
		s, err := Open(text, none)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(s.About().Keys, " "); got != want {
			t.Errorf("%s: keys %s, want %s", text, got, want)
		}
		first, _, _ := strings.Cut(want, " ")
		_, err = s.Requests(time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC))
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), first) {
			t.Errorf("%s: Requests: %v, want an error that names %s", text, err, first)
		}
	}
}
