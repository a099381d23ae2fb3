// Command slim makes the client small to download.
//
//	slim overlay -root DIR -o DIR
//	slim pack [-slim=false] -o DIR FILE…
//
// Overlay runs before the client is linked: it writes an overlay for go build that replaces packages of the standard
// library by smaller ones. Pack runs afterwards: it writes the files that the page downloads, and their
// compressed twins, into one folder.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	commands := map[string]func(*flag.FlagSet, []string) error{"overlay": overlayCommand, "pack": packCommand}
	if len(os.Args) < 2 || commands[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: slim overlay | pack; -h after either lists its flags")
		os.Exit(2)
	}
	name := os.Args[1]
	if err := commands[name](flag.NewFlagSet("slim "+name, flag.ExitOnError), os.Args[2:]); err != nil {
		fmt.Fprintf(os.Stderr, "slim %s: %v\n", name, err)
		os.Exit(1)
	}
}
