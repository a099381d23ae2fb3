package openid

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// claims are what an ID token tells of a user.
type claims map[string]any

// text returns a claim that is a text.
func (c claims) text(name string) string {
	text, _ := c[name].(string)
	return text
}

// email returns the user's e-mail address if the provider has verified it.
func (c claims) email() string {
	if c["email_verified"] == true || c["email_verified"] == "true" { // some providers send a text
		return c.text("email")
	}
	return ""
}

// name returns how the log and the page call the user.
func (c claims) name() string {
	return fmt.Sprintf("%.100s", cmp.Or(c.email(), c.text("preferred_username"), c.text("sub")))
}

// Allow tells which users of a provider may read. The zero value allows all. It is a flag.Value.
type Allow struct{ rules []rule }

// A rule allows users whose claim has the value, or, without a claim, whose verified e-mail address is the value, or
// ends with it if that begins with an @.
type rule struct{ claim, value string }

// Set reads rules, separated by commas: anna@example.com, @example.com, or claim=value.
func (a *Allow) Set(text string) error {
	var rules []rule
	for one := range strings.SplitSeq(text, ",") {
		one = strings.TrimSpace(one)
		r := rule{value: one}
		if i := strings.LastIndexByte(one, '='); i >= 0 { // the name of a claim may be a URL
			r = rule{one[:i], one[i+1:]}
		}
		if r.claim == "email" { // which counts only if it is verified
			r.claim = ""
		}
		if r.value == "" || r.claim == "" && (strings.HasPrefix(one, "=") || !strings.Contains(one, "@")) {
			return fmt.Errorf("%q: want anna@example.com, @example.com or claim=value", one)
		}
		rules = append(rules, r)
	}
	a.rules = rules
	return nil
}

func (a *Allow) String() string {
	var all []string
	for _, r := range a.rules {
		if r.claim != "" {
			r.value = r.claim + "=" + r.value
		}
		all = append(all, r.value)
	}
	return strings.Join(all, ",")
}

// allows reports whether a user may read.
func (a *Allow) allows(who claims) bool {
	return len(a.rules) == 0 || slices.ContainsFunc(a.rules, func(r rule) bool { return r.allows(who) })
}

func (r rule) allows(who claims) bool {
	if r.claim == "" {
		email := who.email()
		if r.value[0] == '@' {
			email = email[max(strings.LastIndexByte(email, '@'), 0):]
		}
		return lowerASCII(email) == lowerASCII(r.value)
	}
	switch value := who[r.claim].(type) {
	case []any:
		return slices.Contains(value, any(r.value))
	case bool:
		return fmt.Sprint(value) == r.value
	default:
		return value == any(r.value)
	}
}

// lowerASCII returns an address in lower case. Unicode's case folding would make letters of other alphabets equal to
// some of ASCII's, and such an address may be somebody else's.
func lowerASCII(address string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, address)
}
