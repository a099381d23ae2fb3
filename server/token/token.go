// Package token reads the tokens with which publishers and readers identify themselves, and compares them.
package token

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

const minLength = 16

// A Token is a secret, and the name of those who have it. Several tokens may have the same name.
type Token struct {
	Name string // for logs; a token without a name of its own is called by its place, such as token 2
	Bare bool   // it has no name of its own
	Text string
}

// Read returns the tokens that publishers may use: those of the file, one a line, and those of the environment,
// FLIGHTBOARD_TOKEN and FLIGHTBOARD_TOKENS, separated by spaces or commas. Each may have a name, as in name:token.
// Several tokens are for rotation: add the new one, change it at the publishers, remove the old one. A file or a
// variable without a token is an error, because its user expects that publishing needs a token.
//
// Errors name the place and never contain a token.
func Read(file string, lookupEnv func(string) (string, bool)) (tokens []Token, err error) {
	for _, name := range []string{"FLIGHTBOARD_TOKEN", "FLIGHTBOARD_TOKENS"} {
		text, set := lookupEnv(name)
		if !set {
			continue
		}
		found := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || strings.ContainsRune(" \t\r\n", r) })
		if len(found) == 0 {
			return nil, fmt.Errorf("$%s is set and holds no token", name)
		}
		for i, text := range found {
			one, err := parse(text, len(tokens)+1)
			if err != nil {
				return nil, fmt.Errorf("$%s: token %d: %w", name, i+1, err)
			}
			tokens = append(tokens, one)
		}
	}
	if file == "" {
		return tokens, nil
	}
	found, err := ReadFile(file, len(tokens)+1)
	if err != nil {
		return nil, fmt.Errorf("-token-file%w", err)
	}
	return append(tokens, found...), nil
}

// ReadFile returns the tokens of a file, one a line; lines that begin with # are notes. The first has this place. A
// file without a token is an error. Errors begin with the place, without a token: ": open tokens: …", " tokens: line 2:
// …".
func ReadFile(file string, place int) (tokens []Token, err error) {
	text, err := os.ReadFile(file)
	if wrong, ok := errors.AsType[*fs.PathError](err); ok {
		return nil, fmt.Errorf(": %w", wrong)
	}
	if err != nil {
		return nil, fmt.Errorf(" %s: %w", file, err)
	}
	number := 0
	for line := range strings.Lines(string(text)) {
		number++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		one, err := parse(line, place+len(tokens))
		if err != nil {
			return nil, fmt.Errorf(" %s: line %d: %w", file, number, err)
		}
		tokens = append(tokens, one)
	}
	if len(tokens) == 0 {
		return nil, fmt.Errorf(" %s holds no token", file)
	}
	return tokens, nil
}

// parse parses name:token, or a token alone, which has this place.
func parse(text string, place int) (t Token, err error) {
	var named bool
	if t.Name, t.Text, named = strings.Cut(text, ":"); !named {
		t = Token{fmt.Sprintf("token %d", place), true, text}
	}
	switch {
	case strings.ContainsAny(text, " \t"):
		err = errors.New("a token holds no spaces")
	case strings.ContainsFunc(text, func(r rune) bool { return r < '!' || r > '~' }):
		err = errors.New("a token holds printable ASCII characters only")
	case len(t.Text) < minLength:
		err = fmt.Errorf("a token has at least %d characters", minLength)
	case named && (t.Name == "" || strings.ContainsFunc(t.Name, isNotOfNames)):
		err = errors.New("before the colon of name:token, a name has letters, digits, - and _ only")
	}
	return t, err
}

func isNotOfNames(r rune) bool {
	return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '-' && r != '_'
}
