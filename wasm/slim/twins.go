package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/andybalholm/brotli"
)

// An encoding is one way to compress a file, named as a twin's extension names it.
type encoding struct {
	extension string
	writer    func(io.Writer) io.WriteCloser
	reader    func(io.Reader) (io.Reader, error)
}

// encodings are at their best and slowest level: a build compresses once, every visitor downloads.
var encodings = []encoding{
	{
		extension: ".gz",
		writer: func(w io.Writer) io.WriteCloser {
			z, _ := gzip.NewWriterLevel(w, gzip.BestCompression) // This level is a valid one.
			return z
		},
		reader: func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
	},
	{
		extension: ".br",
		// The window spans the whole module; every browser reads windows up to 16 MiB.
		writer: func(w io.Writer) io.WriteCloser {
			return brotli.NewWriterOptions(w, brotli.WriterOptions{Quality: brotli.BestCompression, LGWin: 24})
		},
		reader: func(r io.Reader) (io.Reader, error) { return brotli.NewReader(r), nil },
	},
}

// writeTwins puts the compressed twins of content beside path and returns how many bytes each
// encoding comes to. A twin that is not smaller than content is removed, and its size is content's.
func writeTwins(path string, content []byte) (map[string]int, error) {
	sizes := make(map[string]int)
	for _, e := range encodings {
		twin, err := e.twin(path+e.extension, content)
		if err != nil {
			return nil, fmt.Errorf("%s%s: %w", path, e.extension, err)
		}
		sizes[e.extension] = min(len(twin), len(content))
		if len(twin) < len(content) {
			err = writeFile(path+e.extension, twin)
		} else if err = os.Remove(path + e.extension); errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
		if err != nil {
			return nil, err
		}
	}
	return sizes, nil
}

// twin returns content compressed. The best brotli costs seconds a megabyte, so the twin of an
// earlier build is taken if it still holds this content.
func (e encoding) twin(path string, content []byte) ([]byte, error) {
	if old, err := os.ReadFile(path); err == nil && e.holds(old, content) {
		return old, nil
	}
	var b bytes.Buffer
	w := e.writer(&b)
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// holds reports whether twin decompresses to content.
func (e encoding) holds(twin, content []byte) bool {
	r, err := e.reader(bytes.NewReader(twin))
	if err != nil {
		return false
	}
	got, err := io.ReadAll(r)
	return err == nil && bytes.Equal(got, content)
}
