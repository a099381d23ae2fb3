package main

import (
	"strings"
	"testing"
)

func TestCity(t *testing.T) {
	for _, test := range []struct{ municipality, country, want string }{
		{"Frankfurt am Main", "DE", "Frankfurt"},
		{"Lyon/Bron", "FR", "Lyon"},
		{"Raleigh/Durham", "US", "Raleigh/Durham"},
		{"Medan, Sumatra Island", "ID", "Medan"},
		{"Denpasar-Bali Island", "ID", "Denpasar"},
		{"Lanzarote Island", "ES", "Lanzarote"},
		{"Christmas Island", "CX", "Christmas Island"},
		{"Taipei City", "TW", "Taipei"},
		{"Mexico City", "MX", "Mexico City"},
		{"Ho Chi Minh City", "VN", "Ho Chi Minh City"},
		{"Georgetown (Tas)", "AU", "Georgetown"},
		{"Cocos (Keeling) Islands", "CC", "Cocos (Keeling) Islands"},
		{"Rio De Janeiro", "BR", "Rio de Janeiro"},
		{"Mc Allen", "US", "McAllen"},
		{"St. Anthony", "CA", "St Anthony"},
		{"Łódź", "PL", "Lodz"},
		{"Mati International Airport", "PH", "Mati"},
	} {
		if got, err := city(test.municipality, test.country); got != test.want || err != nil {
			t.Errorf("city(%q, %s) = %q, %v, want %q", test.municipality, test.country, got, err, test.want)
		}
	}
	if got, err := city("Жуковский", "RU"); err == nil {
		t.Errorf("a letter that the generator cannot spell: %q and no error", got)
	}
}

func TestOverride(t *testing.T) {
	table := map[string]airport{"YYZ": {"Mississauga", "CA", "America/Toronto", "CYYZ", "43.68", "-79.63"}}
	if err := override(table, "# of Canada\n\nYYZ\tToronto\nPNH\tPhnom Penh\tKH\tAsia/Phnom_Penh\n"); err != nil {
		t.Error(err)
	}
	if got := table["YYZ"]; got != (airport{"Toronto", "CA", "America/Toronto", "CYYZ", "43.68", "-79.63"}) {
		t.Errorf("YYZ is %v", got)
	}
	if got := table["PNH"]; got != (airport{city: "Phnom Penh", country: "KH", zone: "Asia/Phnom_Penh"}) {
		t.Errorf("PNH is %v", got)
	}
	err := override(table, "YYZ\tToronto\nQQQ\tNowhere\n")
	for _, want := range []string{"cities.tsv:1: YYZ", "cities.tsv:2: want"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want it to contain %q", err, want)
		}
	}
}
