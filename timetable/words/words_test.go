package words

import (
	"testing"
	"time"
)

func TestAgesAreShort(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                 " (0 s)",
		59 * time.Second:  " (59 s)",
		time.Minute:       " (1 min)",
		119 * time.Second: " (1 min)",
		3 * time.Hour:     " (3 h)",
	} {
		if got := Aged(d); got != want {
			t.Errorf("Aged(%v) = %q, want %q", d, got, want)
		}
	}
	if got, want := In(1200*time.Millisecond), " in 2 s"; got != want {
		t.Errorf("In rounds down to %q, want %q: it must not be 0 while it waits", got, want)
	}
}

func TestTimeOfDayIsTheReaders(t *testing.T) {
	for _, test := range []struct {
		at, want string
		zone     time.Duration
	}{
		{"2026-11-21T14:03:12Z", "14:03:12", 0},
		{"2026-11-21T14:03:12+05:00", "09:03:12", 0},
		{"2026-11-21T23:59:59Z", "05:29:59", 5*time.Hour + 30*time.Minute},
		{"1969-12-31T01:00:00Z", "20:00:00", -5 * time.Hour},
	} {
		at, err := time.Parse(time.RFC3339, test.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := TimeOfDay(at, test.zone); got != test.want {
			t.Errorf("TimeOfDay(%s, %v) = %s, want %s", test.at, test.zone, got, test.want)
		}
	}
}
