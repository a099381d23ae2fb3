package www

import (
	"math"
	"strconv"
	"testing"
)

// luminance is the relative luminance of a colour, as WCAG 2.2 defines it.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(hex, 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	linear := func(b uint64) float64 {
		c := float64(b&255) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(n>>16) + 0.7152*linear(n>>8) + 0.0722*linear(n)
}

func TestLuminance(t *testing.T) {
	for hex, want := range map[string]float64{"000000": 0, "ffffff": 1, "767676": 0.1812} {
		if got := luminance(t, hex); math.Abs(got-want) > 0.0005 {
			t.Errorf("luminance(%s) = %.4f, want %.4f", hex, got, want)
		}
	}
}
