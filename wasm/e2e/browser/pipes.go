package browser

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"os"
	"sync"
)

// pipes carry messages that end with a zero byte.
type pipes struct {
	mu       sync.Mutex
	to, from *os.File
	lines    *bufio.Reader
}

// Send writes without regard to the context: the browser reads its pipe or has ended, which ends
// the write too.
func (p *pipes) Send(_ context.Context, message []byte) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, err := p.to.Write(append(message, 0))
	return err
}

func (p *pipes) Receive() ([]byte, error) {
	b, err := p.lines.ReadBytes(0)
	return bytes.TrimSuffix(b, []byte{0}), err
}

func (p *pipes) Close() error { return errors.Join(p.to.Close(), p.from.Close()) }
