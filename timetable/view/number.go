package view

// appendNumbers appends flight numbers, one a line, in lower case, without blanks, and without the zeros in front of
// their digits: LJ 044 and LJ44 become lj44.
func appendNumbers(dst []byte, numbers string) []byte {
	start := len(dst) // of the line
	letters := 0      // with which the line begins
	for i := range len(numbers) {
		c := lower[numbers[i]]
		at := len(dst) - start
		switch {
		case c == ' ':
			continue
		case c == '\n':
			start, letters = len(dst)+1, 0
		case at == letters && (c < '0' || c > '9'):
			letters++
		case c == '0' && at > 0 && at == max(letters, 2) && letters <= 3 && i+1 < len(numbers) && isDigit(numbers[i+1]):
			continue // the carrier has two characters, or three letters
		}
		dst = append(dst, c)
	}
	return dst
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
