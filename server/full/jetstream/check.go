package jetstream

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	js "github.com/nats-io/nats.go/jetstream"
)

// A RefusedError is a server or a stream that would lose acknowledged changes, and the setting to change.
type RefusedError struct{ what string }

func (e *RefusedError) Error() string { return "jetstream: " + e.what }

func refuse(format string, args ...any) error { return &RefusedError{fmt.Sprintf(format, args...)} }

// checkVersion refuses the versions of a NATS server that lose streams, or have no atomic batches.
func checkVersion(version string) error {
	var v [3]int
	text, _, _ := strings.Cut(version, "-")
	parts := strings.SplitN(text, ".", 3)
	for i := range v {
		number, err := 0, error(nil)
		if i < len(parts) {
			number, err = strconv.Atoi(parts[i])
		}
		if err != nil || i >= len(parts) {
			return refuse("the NATS server's version is %q; want 2.12 or later", version)
		}
		v[i] = number
	}
	before := func(major, minor, patch int) bool {
		switch {
		case v[0] != major:
			return v[0] < major
		case v[1] != minor:
			return v[1] < minor
		}
		return v[2] < patch
	}
	switch {
	case before(2, 11, 2):
		return refuse("the NATS server is %s, which deletes a stream of one message when it starts again "+
			"(nats-server#6753); want 2.12 or later", version)
	case before(2, 12, 0):
		return refuse("the NATS server is %s, which has no atomic batches; want 2.12 or later", version)
	case !before(2, 15, 0) && before(2, 15, 3):
		return refuse("the NATS server is %s, which loses the sequence when it starts again (nats-server#8490); "+
			"want 2.15.3 or later, or 2.14", version)
	}
	return nil
}

// config is that of a stream which the node makes.
func (n *Node) config() js.StreamConfig {
	return js.StreamConfig{
		Name: n.Stream, Description: "the log of flightboard; its sequences are positions",
		Subjects: []string{subject(n.Stream)}, Storage: js.FileStorage, Replicas: n.Replicas,
		Retention: js.LimitsPolicy, Discard: js.DiscardOld,
		MaxBytes: n.Bytes, MaxMsgs: -1, MaxMsgsPerSubject: -1, MaxConsumers: -1, MaxMsgSize: -1,
		FirstSeq: uint64(time.Now().UnixMicro()), AllowAtomicPublish: true, DenyDelete: true,
	}
}

// open returns the stream with its present state. At the start it makes the stream if there is none. It refuses servers
// and streams that would lose changes.
func (n *Node) open(ctx context.Context) (js.Stream, error) {
	if !n.conn.IsConnected() {
		err := n.conn.LastError()
		if err == nil {
			err = errors.New("no server has answered yet")
		}
		return nil, fmt.Errorf("NATS: %w", err)
	}
	if err := checkVersion(n.conn.ConnectedServerVersion()); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, publishTime)
	defer cancel()
	stream, err := n.js.Stream(ctx, n.Stream)
	if errors.Is(err, js.ErrStreamNotFound) && !n.begun {
		if stream, err = n.make(ctx); errors.Is(err, js.ErrStreamNameAlreadyInUse) {
			stream, err = n.js.Stream(ctx, n.Stream)
		}
	}
	if errors.Is(err, js.ErrJetStreamNotEnabled) {
		return nil, refuse("the NATS server has no JetStream; jetstream {} is its setting")
	}
	if err != nil {
		return nil, fmt.Errorf("the stream: %w", err)
	}
	if err := n.checkStream(stream.CachedInfo().Config); err != nil {
		return nil, err
	}
	_, err = n.js.ObjectStore(ctx, bucket(n.Stream))
	if errors.Is(err, js.ErrBucketNotFound) {
		_, err = n.js.CreateObjectStore(ctx, js.ObjectStoreConfig{Bucket: bucket(n.Stream),
			Description: "the board at a position of the stream", Storage: js.FileStorage, Replicas: n.Replicas})
	}
	if errors.Is(err, js.ErrBucketExists) {
		err = nil // another node was first
	}
	if err != nil {
		return nil, fmt.Errorf("the object store beside the stream: %w", err)
	}
	return stream, nil
}

// make makes the stream.
func (n *Node) make(ctx context.Context) (js.Stream, error) {
	stream, err := n.js.CreateStream(ctx, n.config())
	if err == nil {
		n.Logger.Info("the stream is made", "stream", n.Stream, "replicas", n.Replicas,
			"first", stream.CachedInfo().Config.FirstSeq)
	}
	return stream, err
}

// The least that a stream keeps, so that a node always saves the board before records go.
const (
	leastBytes    = 64 << 20
	leastMessages = 100_000
	leastFirst    = 1_577_836_800_000_000 // 2020, in microseconds
)

// checkStream refuses a stream whose settings would lose changes, or give viewers wrong ones.
func (n *Node) checkStream(c js.StreamConfig) error {
	for _, one := range []struct {
		wrong     bool
		is, wants string
	}{
		{c.Mirror != nil || len(c.Sources) > 0, "has a mirror or sources", "none: positions come from one stream"},
		{len(c.Subjects) != 1 || c.Subjects[0] != subject(n.Stream), fmt.Sprintf("has the subjects %q", c.Subjects),
			subject(n.Stream) + " alone"},
		{c.Storage != js.FileStorage, "is in memory", "storage: file"},
		{c.Replicas < n.Replicas, fmt.Sprintf("has num_replicas %d", c.Replicas),
			fmt.Sprintf("%d, or -jetstream-replicas %d", n.Replicas, c.Replicas)},
		{c.Retention != js.LimitsPolicy, fmt.Sprintf("has the retention %q", c.Retention), "retention: limits"},
		{c.Discard != js.DiscardOld, "is full some day, with discard: new", "discard: old"},
		{c.MaxAge != 0, fmt.Sprintf("has max_age %v, after which records go that no saved board has", c.MaxAge),
			"max_age: 0"},
		{c.MaxBytes > 0 && c.MaxBytes < leastBytes, fmt.Sprintf("has max_bytes %d", c.MaxBytes),
			fmt.Sprintf("%d or more", leastBytes)},
		{c.MaxMsgs > 0 && c.MaxMsgs < leastMessages, fmt.Sprintf("has max_msgs %d", c.MaxMsgs),
			fmt.Sprintf("%d or more", leastMessages)},
		{c.MaxMsgsPerSubject > 0, fmt.Sprintf("has max_msgs_per_subject %d", c.MaxMsgsPerSubject), "-1"},
		{c.FirstSeq < leastFirst, fmt.Sprintf("has first_seq %d, so a new stream would use positions again", c.FirstSeq),
			"the clock in microseconds; only a new stream can have another one"},
		{!c.AllowAtomicPublish, "has no atomic batches", "allow_atomic: true"},
		{!c.DenyDelete, "lets single messages be deleted", "deny_delete: true"},
		{c.AllowRollup, "has allow_rollup_hdrs", "false"},
		{c.AllowMsgTTL, "has allow_msg_ttl", "false; only a new stream can have another one"},
		{c.AllowMsgCounter, "has allow_msg_counter", "false; only a new stream can have another one"},
		{c.AllowDirect, "has allow_direct, so a server that is behind may answer", "false"},
		{c.NoAck, "has no_ack", "false"},
		{c.Sealed, "is sealed", "a new one"},
		{c.SubjectTransform != nil, "has a subject_transform", "none"},
		{c.PersistMode == js.AsyncPersistMode, "acknowledges changes before they are written, with persist_mode: async",
			"persist_mode: default"},
	} {
		if one.wrong {
			return refuse("the stream %s %s; want %s", n.Stream, one.is, one.wants)
		}
	}
	return nil
}
