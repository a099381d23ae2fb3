package follow

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
		if got := aged(d); got != want {
			t.Errorf("aged(%v) = %q, want %q", d, got, want)
		}
	}
	if got, want := inSeconds(1200*time.Millisecond), " in 2 s"; got != want {
		t.Errorf("inSeconds rounds down to %q, want %q: it must not say 0 while it waits", got, want)
	}
}
