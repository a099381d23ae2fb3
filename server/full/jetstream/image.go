package jetstream

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	js "github.com/nats-io/nats.go/jetstream"

	"flightboard/server/eventlog"
	"flightboard/server/override"
	"flightboard/timetable"
)

// Images of the board are in an object store beside the stream, which JetStream replicates as well. A node that starts
// reads the last one, and the stream from there.
const (
	imageName     = "board"
	imageRecords  = 4096 // records after which a node saves an image
	imageInterval = 10 * time.Second
	windowRecords = 20_000 // records before an image that a node reads, for viewers that resume there
)

func bucket(stream string) string { return stream + "-board" }

// A saver knows when an image is to be saved: by the node that has appended many records since the last one, or
// if the stream no longer has all records after it.
type saver struct {
	due chan struct{}

	mu       sync.Mutex
	records  int               // that this node has appended since it saved an image
	bytes    int64             // of them
	limit    int64             // the bytes that the stream keeps; 0: any number
	received eventlog.Position // of the last image that this node knows
}

// appended notes a group of this node that is in the stream.
func (n *Node) appended(g eventlog.Group) {
	n.saver.mu.Lock()
	defer n.saver.mu.Unlock()
	n.saver.records += max(len(g.Records), 1)
	for _, r := range g.Records {
		n.saver.bytes += int64(len(r))
	}
	if n.saver.records >= imageRecords || n.saver.limit > 0 && n.saver.bytes >= n.saver.limit/8 {
		n.saver.wake()
	}
}

// noteStream notes what the stream has, and its limit.
func (n *Node) noteStream(first eventlog.Position, is *js.StreamInfo) {
	n.saver.mu.Lock()
	defer n.saver.mu.Unlock()
	n.saver.limit = max(is.Config.MaxBytes, 0)
	if first > n.saver.received+1 {
		n.saver.wake()
	}
}

func (s *saver) wake() {
	select {
	case s.due <- struct{}{}:
	default:
	}
}

// saveWhenDue saves images until ctx is done.
func (n *Node) saveWhenDue(ctx context.Context) {
	for {
		select {
		case <-n.saver.due:
		case <-ctx.Done():
			return
		}
		if !n.isEqual() {
			continue
		}
		if err := n.save(ctx); err != nil && ctx.Err() == nil {
			n.Logger.Error("the board cannot be saved beside the stream; the server tries again", "error", err)
		}
		select {
		case <-time.After(imageInterval):
		case <-ctx.Done():
			return
		}
	}
}

// An imageFile is an image as JSON.
type imageFile struct {
	Head      eventlog.Position `json:"head,string"`
	Received  eventlog.Position `json:"received,string"`
	Board     string            `json:"board"` // the data of a flightSnapshot
	Overrides []string          `json:"overrides,omitempty"`
}

// save saves an image of the log.
func (n *Node) save(ctx context.Context) error {
	n.saver.mu.Lock()
	n.saver.records, n.saver.bytes = 0, 0
	n.saver.mu.Unlock()
	image := n.log.Image()
	file := imageFile{Head: image.Head, Received: image.Received, Board: string(image.Board.AppendJSON(nil))}
	for key, o := range image.Overrides {
		file.Overrides = append(file.Overrides, override.Line(key, o))
	}
	text, err := json.Marshal(file)
	if err != nil {
		return err
	}
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	z.Write(text)
	z.Close()
	store, err := n.js.ObjectStore(ctx, bucket(n.Stream))
	if err != nil {
		return err
	}
	if _, err = store.PutBytes(ctx, imageName, zipped.Bytes()); err != nil {
		return err
	}
	n.saver.mu.Lock()
	defer n.saver.mu.Unlock()
	n.saver.received = image.Received
	return nil
}

// load returns the last image. Its zero value means that there is none.
func (n *Node) load(ctx context.Context) (image eventlog.Image, err error) {
	store, err := n.js.ObjectStore(ctx, bucket(n.Stream))
	if err != nil {
		return image, err
	}
	zipped, err := store.GetBytes(ctx, imageName)
	if errors.Is(err, js.ErrObjectNotFound) {
		return image, nil
	}
	if err != nil {
		return image, fmt.Errorf("the saved board: %w", err)
	}
	z, err := gzip.NewReader(bytes.NewReader(zipped))
	if err != nil {
		return image, fmt.Errorf("the saved board: %w", err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		return image, fmt.Errorf("the saved board: %w", err)
	}
	var file imageFile
	if err := json.Unmarshal(text, &file); err != nil {
		return image, fmt.Errorf("the saved board: %w", err)
	}
	image.Head, image.Received = file.Head, file.Received
	image.Overrides = make(map[string]*timetable.OverriddenFlight)
	for _, line := range file.Overrides {
		key, o, err := override.ParseLine(line)
		if err != nil {
			return image, fmt.Errorf("the saved board: %w", err)
		}
		image.Overrides[key] = o
	}
	if err := image.Board.Decode(timetable.KindReplace, file.Board); err != nil {
		return image, fmt.Errorf("the saved board: %w", err)
	}
	return image, nil
}

// rebuild makes the log that of the last image, or of an empty board if the stream still has its first message, with
// the records before it that the stream has.
func (n *Node) rebuild(ctx context.Context, is *js.StreamInfo) error {
	image, err := n.load(ctx)
	if err != nil {
		return err
	}
	first, last := ends(is)
	begin := eventlog.Position(is.Config.FirstSeq)
	var window []eventlog.Record
	switch {
	case image.Received != 0 && image.Received+1 >= first && image.Received <= last:
		if window, err = n.window(ctx, max(first, image.Received-windowRecords), image); err != nil {
			return err
		}
	case first <= begin:
		image = eventlog.Image{Board: timetable.Change{Kind: timetable.KindReplace}, Head: begin - 1, Received: begin - 1}
	default:
		return fmt.Errorf("the stream begins at %d, and the board that is saved beside it is that at %d: a node that "+
			"runs will save a newer one; without one, a new stream is needed", first, image.Received)
	}
	if err := n.log.Rebuild(image, window); err != nil {
		return err
	}
	n.saver.mu.Lock()
	defer n.saver.mu.Unlock()
	n.saver.received = image.Received
	n.Logger.Info("the log is that of the stream", "stream", n.Stream, "position", image.Head,
		"flights", len(image.Board.Board), "records", len(window), "follow", last-image.Received)
	return nil
}

// window returns the records from a position up to the image.
func (n *Node) window(ctx context.Context, from eventlog.Position, image eventlog.Image) ([]eventlog.Record, error) {
	if from > image.Received {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	r, err := n.read(ctx, from)
	if err != nil {
		return nil, err
	}
	var window []eventlog.Record
	for m := range r.messages {
		if m.Record != nil && m.At <= image.Head {
			window = append(window, *m.Record)
		}
		if m.At < image.Received {
			continue
		}
		if len(window) > 0 && window[len(window)-1].At != image.Head {
			window = nil
		}
		return window, nil
	}
	return nil, fmt.Errorf("the records before the saved board: %w", r.err)
}
