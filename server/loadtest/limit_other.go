//go:build !linux

package main

import (
	"errors"
	"io"
)

const hasLimit = false

func serveLimit(io.Reader, io.Writer) error {
	return errors.New("the limit is measured with epoll, which only Linux has; use -servers ours")
}
