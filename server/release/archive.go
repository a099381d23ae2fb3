package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// A file is one of an archive. A folder's name ends with a slash.
type file struct {
	name    string
	mode    fs.FileMode
	content []byte
}

func inFolder(folder string, files []file) (in []file) {
	for _, f := range files {
		f.name = folder + "/" + f.name
		in = append(in, f)
	}
	return in
}

// tarred returns a compressed tar archive. All files are root's, and have the same time.
func tarred(files []file, at time.Time) ([]byte, error) {
	var b bytes.Buffer
	compressed, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	archive := tar.NewWriter(compressed)
	for _, f := range files {
		head := &tar.Header{Name: f.name, Mode: int64(f.mode), Size: int64(len(f.content)), ModTime: at,
			Uname: "root", Gname: "root", Format: tar.FormatUSTAR, Typeflag: tar.TypeReg}
		if strings.HasSuffix(f.name, "/") {
			head.Typeflag = tar.TypeDir
		}
		if err := archive.WriteHeader(head); err != nil {
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
		archive.Write(f.content) // Close returns the error
	}
	err = errors.Join(archive.Close(), compressed.Close())
	return b.Bytes(), err
}

// zipped returns a zip archive. All files have the same time.
func zipped(files []file, at time.Time) ([]byte, error) {
	var b bytes.Buffer
	archive := zip.NewWriter(&b)
	for _, f := range files {
		head := &zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: at}
		head.SetMode(f.mode)
		w, err := archive.CreateHeader(head)
		if err == nil {
			_, err = w.Write(f.content)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
	}
	err := archive.Close()
	return b.Bytes(), err
}

// A writer writes the files of a release. After an error it writes nothing more.
type writer struct {
	dir  string
	time time.Time
	sums strings.Builder // of the files written so far, as sha256sum prints them
	err  error
}

// write writes a file, unless making its content has failed.
func (w *writer) write(name string, content []byte, err error) {
	if w.err == nil && err != nil {
		w.err = fmt.Errorf("%s: %w", name, err)
	}
	if w.err != nil {
		return
	}
	w.err = os.WriteFile(filepath.Join(w.dir, name), content, 0o644)
	fmt.Fprintf(&w.sums, "%x  %s\n", sha256.Sum256(content), name)
	fmt.Fprintf(os.Stdout, "%9d  %s\n", len(content), name)
}
