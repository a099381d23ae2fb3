// Command hello is a program with data in it, for the test that merges its segments.
package main

import "fmt"

func main() { fmt.Println("hello from", 42) }
