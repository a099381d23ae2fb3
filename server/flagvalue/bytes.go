package flagvalue

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Bytes is a flag for a number of bytes: 1048576, 1024KiB or 1MiB.
type Bytes int

var units = []struct {
	name string
	size float64
}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"B", 1}, {"", 1}}

func (b *Bytes) String() string {
	for _, u := range units {
		if n := float64(*b) / u.size; n >= 1 && n == math.Trunc(n) {
			return strconv.Itoa(int(n)) + u.name
		}
	}
	return strconv.Itoa(int(*b))
}

func (b *Bytes) Set(text string) error {
	for _, u := range units {
		number, ok := strings.CutSuffix(text, u.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseFloat(number, 64)
		if err != nil || n*u.size < 1<<14 || n*u.size > 1<<40 {
			break
		}
		*b = Bytes(n * u.size)
		return nil
	}
	return fmt.Errorf("want at least 16KiB, as in 1048576, 1024KiB or 1MiB")
}
