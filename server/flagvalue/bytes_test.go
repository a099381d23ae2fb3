package flagvalue

import "testing"

func TestBytes(t *testing.T) {
	for text, want := range map[string]Bytes{"1048576": 1 << 20, "1024KiB": 1 << 20, "64MiB": 64 << 20,
		"1.5GiB": 3 << 29} {
		var b Bytes
		if err := b.Set(text); err != nil || b != want {
			t.Errorf("Set(%q) = %d, %v, want %d", text, b, err, want)
		}
	}
	for _, text := range []string{"", "much", "-1MiB", "1B", "99999999GiB", "1 MB"} {
		if err := new(Bytes).Set(text); err == nil {
			t.Errorf("Set(%q) takes it", text)
		}
	}
	if got := new(Bytes(64 << 20)).String(); got != "64MiB" {
		t.Errorf("String = %q, want 64MiB", got)
	}
}
