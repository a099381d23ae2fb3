package main

import (
	"io"
	"strings"
	"testing"
)

func TestWeighRefusesGrowth(t *testing.T) {
	const weights = "go1.26 500000\ngo1.28 600000\ngo1.27 400000\n"
	tests := []struct {
		minor string
		size  int
		fails bool
		want  string
	}{
		{"go1.26", 500000, false, "+0.0 % of the 500000 of go1.26"},
		{"go1.26", 505000, false, "+1.0 %"},
		{"go1.26", 505100, true, `write "go1.26 505100" to wasm/slim/weight.txt`},
		{"go1.26", 490000, false, `-2.0 % of the 500000 of go1.26: so that it stays so small, write "go1.26 490000"`},
		{"go1.27", 405000, true, "+1.2 % of the 400000 of go1.27"},
		{"go1.29", 700000, false, `+16.7 % of the 600000 of go1.28, the newest that is known; write "go1.29 700000"`},
	}
	for _, test := range tests {
		var printed strings.Builder
		err := weigh(&printed, weights, test.minor, test.size)
		text := printed.String()
		if err != nil {
			text = err.Error()
		}
		if (err != nil) != test.fails || !strings.Contains(text, test.want) {
			t.Errorf("weigh(%s, %d) = %v and prints %q, want %q", test.minor, test.size, err, &printed, test.want)
		}
	}
	if err := weigh(io.Discard, weights+"go1.30\n", "go1.26", 1); err == nil {
		t.Error("a line without a size is no error")
	}
}

func TestTheCommittedWeightsAreRead(t *testing.T) {
	if err := weigh(io.Discard, weights, "go1.26", 1); err != nil {
		t.Error(err)
	}
}
