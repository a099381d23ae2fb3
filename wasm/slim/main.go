// Command slim makes the client small to download.
//
//	slim link [-slim=false] -root DIR -o FILE
//	slim pack [-slim=false] -o DIR FILE…
//	slim weigh FILE
//
// Link links the client with smaller versions of packages and functions of the standard library. Pack writes the files
// that the page downloads, and their compressed twins, into one folder. Weigh compares the packed client with its
// committed size.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	commands := map[string]func(*flag.FlagSet, []string) error{
		"link": linkCommand, "pack": packCommand, "weigh": weighCommand,
	}
	if len(os.Args) < 2 || commands[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: slim link | pack | weigh; -h after one of them lists its flags")
		os.Exit(2)
	}
	name := os.Args[1]
	if err := commands[name](flag.NewFlagSet("slim "+name, flag.ExitOnError), os.Args[2:]); err != nil {
		fmt.Fprintf(os.Stderr, "slim %s: %v\n", name, err)
		os.Exit(1)
	}
}
