//go:build !linux

package main

func newNetwork(c *pool) (network, error) { return newPortable(c), nil }
