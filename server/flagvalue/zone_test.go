package flagvalue

import "testing"

func TestZones(t *testing.T) {
	var z Zone
	for text, want := range map[string]string{"Europe/Zurich": "Europe/Zurich", "UTC": "UTC"} {
		if err := z.Set(text); err != nil || z.String() != want {
			t.Errorf("Set(%q) = %q, %v, want %q", text, z.String(), err, want)
		}
	}
	var code string
	for text, want := range map[string]string{"JFK": "JFK America/New_York", "lszh": "ZRH Europe/Zurich"} {
		if err := (Airport{&code, &z}).Set(text); err != nil || code+" "+z.String() != want {
			t.Errorf("an airport %q is %s %s, %v, want %q", text, code, z.String(), err, want)
		}
	}
	for _, text := range []string{"", "Zurich", "+01:00", "../etc/passwd"} {
		if err := new(Zone).Set(text); err == nil {
			t.Errorf("Set(%q) takes it", text)
		}
	}
	if err := (Airport{&code, &z}).Set("ZZZ"); err == nil {
		t.Error("there is an airport ZZZ")
	}
}

func TestCutName(t *testing.T) {
	for text, want := range map[string][2]string{
		"replay": {"replay", "replay"}, "-": {"stdin", "-"}, "logs/tower.ndjson": {"tower", "logs/tower.ndjson"},
		"north=logs/tower.ndjson": {"north", "logs/tower.ndjson"}, "./a=b.csv": {"a=b", "./a=b.csv"},
		"south=-": {"south", "-"}, "gates.feed.json": {"gates", "gates.feed.json"},
		"avinor:OSL": {"avinor:OSL", "avinor:OSL"},
	} {
		if name, what := CutName(text); name != want[0] || what != want[1] {
			t.Errorf("CutName(%q) = %q, %q, want %q", text, name, what, want)
		}
	}
}
