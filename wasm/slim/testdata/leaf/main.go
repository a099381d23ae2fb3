// Command leaf uses two small packages of the standard library, for the test that replaces functions in them.
package main

import (
	"container/ring"
	"os"
	"strconv"
	"unicode/utf16"
)

func main() {
	os.Stdout.WriteString(strconv.Itoa(ring.New(3).Len()) + " " + strconv.FormatBool(utf16.IsSurrogate('a')) + "\n")
}
