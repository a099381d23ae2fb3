package main

import (
	"testing"
	"time"
)

// TestNginxWithItsDefaults: the stream and waiting requests pass, a WebSocket does not.
func TestNginxWithItsDefaults(t *testing.T) {
	need(t, "nginx")
	d, err := recordedDay()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range transports {
		late, err := c.throughNginx(plan{sequence: d})
		if passes := c.form.over != overWebSocket; passes != (err == nil) {
			t.Errorf("%s: %v, passes: want %v", c.name, err, passes)
		}
		if late > 5*time.Second {
			t.Errorf("%s: a change needs %v", c.name, late)
		}
	}
}
