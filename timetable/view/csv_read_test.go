package view

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// TestACellIsReadAsItWasWritten takes texts of all that begins formulas, and of what hides it.
func TestACellIsReadAsItWasWritten(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	parts := []string{"=", "+", "-", "@", "＝", "'", `"`, " ", ";", "\t", "\r", "a", "1", ","}
	texts := []string{"", "'=1", "''=1", "'", "don't", "+49 69", "'til 5", "x;'=1"}
	for range 20_000 {
		var text strings.Builder
		for range random.IntN(8) {
			text.WriteString(parts[random.IntN(len(parts))])
		}
		texts = append(texts, text.String())
	}
	for _, text := range texts {
		if cell := NoFormula(text); FromCell(cell) != text {
			t.Fatalf("%q is written %q and read %q", text, cell, FromCell(cell))
		}
	}
}
