package view

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Letters without their marks, for U+00C0 to U+017F and U+1E9E to U+1EF9, as they are typed into a search box.
const (
	latin = "aaaaaaæceeeeiiiidnooooo×ouuuuytßaaaaaaæceeeeiiiidnooooo÷ouuuuytyaaaaaaccccccccddddeeeeeeeeeegggg" +
		"gggghhhhiiiiiiiiiiiijjkkkllllllllllnnnnnnnnnooooooœœrrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs"
	vietnamese = "ßdaaaaaaaaaaaaaaaaaaaaaaaaeeeeeeeeeeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy"
	greek      = "άέήίόύώϊϋΐΰς"
	greekPlain = "αεηιουωιυιυσ"
)

var latinLetters, vietnameseLetters = []rune(latin), []rune(vietnamese)

// appendFold appends a text as it is compared: in lower case and without marks, so that "sao" finds São Paulo and
// "malaga" Málaga. A table lookup is fast enough to fold 20,000 flights for each key that is pressed in the search box;
// see BenchmarkSearch.
func appendFold(dst []byte, text string) []byte {
	for i := 0; i < len(text); {
		c := text[i]
		if c < utf8.RuneSelf {
			if 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			}
			dst = append(dst, c)
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		i += n
		switch {
		case 0xC0 <= r && r <= 0x17F:
			r = latinLetters[r-0xC0]
		case 0x1E9E <= r && r <= 0x1EF9:
			r = vietnameseLetters[r-0x1E9E]
		case 0x300 <= r && r <= 0x36F: // a mark that stands by itself
			continue
		case 0x218 <= r && r <= 0x21B:
			r = rune("sstt"[r-0x218])
		default:
			r = unicode.ToLower(r)
			if i := strings.IndexRune(greek, r); i >= 0 { // both have two bytes a letter
				r, _ = utf8.DecodeRuneInString(greekPlain[i:])
			}
		}
		switch r {
		case 'ß':
			dst, r = append(dst, 's'), 's'
		case 'æ':
			dst, r = append(dst, 'a'), 'e'
		case 'œ':
			dst, r = append(dst, 'o'), 'e'
		}
		dst = utf8.AppendRune(dst, r)
	}
	return dst
}

// unmarked returns a folded word without the letters that are written in place of a mark: aarhus and muenchen become
// the folded forms of Århus and München.
func unmarked(word string) string {
	var out []byte
	for i := range len(word) {
		if i > 0 {
			switch word[i-1 : i+1] {
			case "aa", "ae", "oe", "ue":
				continue
			}
		}
		out = append(out, word[i])
	}
	return string(out)
}

// appendCollated appends a collation key, whose bytes sort texts as people do: folded, and numbers by their
// value, so that gate B7 comes before B12. A run of digits is preceded by its length.
func appendCollated(dst []byte, text string) []byte {
	for i := 0; i < len(text); {
		digit := text[i] >= '0' && text[i] <= '9'
		end := i + 1
		for end < len(text) && (text[end] >= '0' && text[end] <= '9') == digit {
			end++
		}
		if run := text[i:end]; digit {
			for len(run) > 1 && run[0] == '0' {
				run = run[1:]
			}
			dst = append(append(dst, '0'+byte(min(len(run), 9))), run...)
		} else {
			dst = appendFold(dst, run)
		}
		i = end
	}
	return dst
}
