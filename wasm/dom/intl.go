//go:build js && wasm

package dom

import (
	"strconv"
	"time"

	"github.com/hack-pad/safejs"
)

// An Intl sorts names and writes numbers and lists as the page's language does. It makes each of the browser's objects
// when it is first needed. Its Caller keeps its errors.
type Intl struct {
	*Caller
	compare, format, plurals, lists safejs.Value
}

// function makes an object of one of Intl's classes and returns a function of it.
func (i *Intl) function(class, name string) safejs.Value {
	return i.Get(i.New(i.Global("Intl"), class, i.Language()), name)
}

// Language returns the page's language, or undefined if it names none: then the browser uses the reader's own.
func (c *Caller) Language() safejs.Value {
	language := c.Get(c.Get(c.Global("document"), "documentElement"), "lang")
	if c.Text(language) == "" {
		return safejs.Undefined()
	}
	return language
}

// Collate sorts lines. It makes a dozen calls into JavaScript for any number of lines.
func (i *Intl) Collate(lines string) string {
	if i.compare.IsUndefined() {
		i.compare = i.function("Collator", "compare")
	}
	return i.Text(i.Call(i.Call(i.split(lines), "sort", i.compare), "join", "\n"))
}

// Number writes a number. Numbers below a thousand have no separators.
func (i *Intl) Number(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	if i.format.IsUndefined() {
		i.format = i.function("NumberFormat", "format")
	}
	return i.Text(i.Call(i.format, "call", nil, n))
}

// Plural implements [words.Rules].
func (i *Intl) Plural(n int) string {
	if i.plurals.IsUndefined() {
		i.plurals = i.New(i.Global("Intl"), "PluralRules", i.Language())
	}
	defer i.Report()
	return i.Text(i.Call(i.plurals, "select", n))
}

// List implements [words.Rules].
func (i *Intl) List(lines string) string {
	if i.lists.IsUndefined() {
		i.lists = i.New(i.Global("Intl"), "ListFormat", i.Language())
	}
	defer i.Report()
	return i.Text(i.Call(i.lists, "format", i.split(lines)))
}

// split returns an array of lines.
func (i *Intl) split(lines string) safejs.Value {
	split := i.Get(i.Get(i.Global("String"), "prototype"), "split")
	return i.Call(split, "call", lines, "\n")
}

// UTCOffset returns how far east of UTC the reader's clocks are at a Unix time, or 0 if the
// offset cannot be read.
func UTCOffset(seconds int64) time.Duration {
	var c Caller
	date := c.New(safejs.Global(), "Date", float64(seconds*1000))
	return -time.Duration(c.Int(c.Call(date, "getTimezoneOffset"))) * time.Minute
}
