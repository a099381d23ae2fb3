package feed

import (
	"context"
	"errors"
	"io"
)

// A Pipe publishes the NDJSON that it reads, one change a line, as POST /flights accepts them. [NewPipe] makes one.
//
// At the end of its reader Run returns, but does not publish the end, because the program that wrote may have crashed.
type Pipe struct {
	lines
	splitter
	from io.ReadCloser
}

// NewPipe returns a feed that reads from a reader, such as standard input.
func NewPipe(name string, from io.ReadCloser, o LineOptions) *Pipe {
	return &Pipe{lines: newLines(name, o), from: from}
}

// Run publishes lines as they come. Lines that come together are published together.
//
// It reads in a goroutine, which ends when Run closes the reader. If the reader is a terminal, a read may not return
// then, and the goroutine ends with the process.
func (p *Pipe) Run(ctx context.Context, log Log) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer p.from.Close()
	pieces, failed := make(chan []byte), make(chan error, 1)
	go func() { failed <- p.pump(ctx, pieces) }()
	for {
		select {
		case <-ctx.Done():
			return nil
		case piece := <-pieces:
			p.split(piece, p.take)
		case err := <-failed:
			p.end(p.take)
			return p.unless(ctx, errors.Join(p.publishLines(ctx, log), err))
		}
		if err := p.publishLines(ctx, log); err != nil {
			return p.unless(ctx, err)
		}
	}
}

// unless returns err, or nil if the feed was stopped, which causes errors.
func (p *Pipe) unless(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

func (p *Pipe) take(number int, text string, err error) {
	if err != nil {
		p.leaveOut(number, err)
		return
	}
	p.read(number, text)
}

// pump sends the pieces that it reads. It returns the error of the reader, or nil at its end.
func (p *Pipe) pump(ctx context.Context, pieces chan<- []byte) error {
	for {
		piece := make([]byte, 64<<10)
		n, err := p.from.Read(piece)
		if n > 0 {
			select {
			case pieces <- piece[:n]:
			case <-ctx.Done():
				return nil
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
