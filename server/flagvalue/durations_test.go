package flagvalue

import (
	"testing"
	"time"
)

func TestDurations(t *testing.T) {
	for text, want := range map[string]string{
		"15m": "15m,2h,6h", "1h,2h30m": "1h,2h30m,6h", "10s,0,20m": "10s,0s,20m", "0,0,0": "0s,0s,0s",
		"10m,20h,1m30s": "10m,20h,1m30s",
	} {
		l := Durations{time.Minute, 2 * time.Hour, 6 * time.Hour}
		if err := l.Set(text); err != nil || l.String() != want {
			t.Errorf("Set(%q) = %s, %v, want %s", text, &l, err, want)
		}
	}
	for _, text := range []string{"", "15", "-1m", "1m,,2m", "1m,2m,3m,4m"} {
		if err := new(Durations).Set(text); err == nil {
			t.Errorf("Set(%q) takes it", text)
		}
	}
}
