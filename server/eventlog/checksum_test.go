package eventlog

import (
	"hash/crc32"
	"math/rand/v2"
	"testing"
)

func TestAPieceIsAddedAsIfItsTextWereWritten(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	for range 200 {
		var by sum
		var all []byte
		for range random.IntN(8) {
			text := make([]byte, random.IntN(1<<random.IntN(18)))
			for i := range text {
				text[i] = byte(random.Uint32())
			}
			all = append(all, text...)
			if random.IntN(3) == 0 {
				by.write(text)
			} else {
				by.add(newChecksum(text))
			}
		}
		if want := (sum{crc32.ChecksumIEEE(all), uint32(len(all))}); by != want {
			t.Fatalf("the sum of %d bytes is %x, want %x", len(all), by, want)
		}
	}
}

func BenchmarkChecksum(b *testing.B) {
	text := make([]byte, 100)
	c := newChecksum(text)
	b.Run("add", func(b *testing.B) {
		var s sum
		for b.Loop() {
			s.add(c)
		}
	})
	b.Run("make", func(b *testing.B) {
		for b.Loop() {
			newChecksum(text)
		}
	})
}
