package view

import "strings"

// withoutZeros returns flight numbers, one a line, without the zeros in front of their digits: LJ44 is LJ044, and U2 44
// is U2 0044. A number that has none is returned as it is, without allocation.
func withoutZeros(numbers string) string {
	for line := 0; line < len(numbers); {
		end := len(numbers)
		if i := strings.IndexByte(numbers[line:], '\n'); i >= 0 {
			end = line + i
		}
		from := line + carrier(numbers[line:end])
		for from < end && numbers[from] == ' ' {
			from++
		}
		to := from
		for to+1 < end && numbers[to] == '0' && isDigit(numbers[to+1]) {
			to++
		}
		if from > line && to > from {
			numbers = numbers[:from] + numbers[to:]
			end -= to - from
		}
		line = end + 1
	}
	return numbers
}

// startsWithDigits reports whether a number, one of those without zeros that stand one a line, has digits that begin with
// those of the word, which has zeros in front: 044, as in LJ 044, finds LJ44 and LJ441.
func startsWithDigits(numbers, word string) bool {
	digits := strings.TrimLeft(word, "0")
	if digits == "" || len(digits) == len(word) || strings.Trim(digits, "0123456789") != "" {
		return false
	}
	for number := range strings.SplitSeq(numbers, "\n") {
		if strings.HasPrefix(strings.TrimLeft(number[carrier(number):], " "), digits) {
			return true
		}
	}
	return false
}

// carrier returns the length of the code in front of a flight number: three letters, or two characters.
func carrier(number string) int {
	if len(number) < 3 {
		return 0
	}
	if !isDigit(number[0]) && !isDigit(number[1]) && !isDigit(number[2]) && number[2] != ' ' {
		return 3
	}
	return 2
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
