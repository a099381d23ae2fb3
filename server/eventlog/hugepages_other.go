//go:build !linux

package eventlog

func useHugePages([]byte) {}
