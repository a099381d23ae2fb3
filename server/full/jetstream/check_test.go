package jetstream

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	js "github.com/nats-io/nats.go/jetstream"

	"flightboard/server/eventlog"
)

func TestVersions(t *testing.T) {
	for version, want := range map[string]string{
		"2.12.0": "", "2.14.10": "", "2.15.3": "", "3.0.0": "", "2.12.0-RC.1": "",
		"2.9.10": "#6753", "2.10.27": "#6753", "2.11.1": "#6753",
		"2.11.2": "atomic batches", "2.11.9": "atomic batches",
		"2.15.0": "#8490", "2.15.2": "#8490",
		"": "want 2.12", "2.12": "want 2.12", "a.b.c": "want 2.12",
	} {
		err := checkVersion(version)
		if err == nil && want != "" || err != nil && (want == "" || !strings.Contains(err.Error(), want)) {
			t.Errorf("checkVersion(%q) = %v, want %q", version, err, want)
		}
	}
}

// Each setting that would lose changes is refused by name, and the settings of a stream that a node makes are not.
func TestStreamSettings(t *testing.T) {
	n := &Node{Options: Options{Stream: "board", Replicas: 3, Bytes: 1 << 30}}
	for name, alter := range map[string]func(*js.StreamConfig){
		"":                     func(c *js.StreamConfig) {},
		"mirror":               func(c *js.StreamConfig) { c.Mirror = &js.StreamSource{Name: "a"} },
		"sources":              func(c *js.StreamConfig) { c.Sources = []*js.StreamSource{{Name: "a"}} },
		"subjects":             func(c *js.StreamConfig) { c.Subjects = []string{">"} },
		"storage: file":        func(c *js.StreamConfig) { c.Storage = js.MemoryStorage },
		"num_replicas 1":       func(c *js.StreamConfig) { c.Replicas = 1 },
		"retention":            func(c *js.StreamConfig) { c.Retention = js.InterestPolicy },
		"discard: old":         func(c *js.StreamConfig) { c.Discard = js.DiscardNew },
		"max_age":              func(c *js.StreamConfig) { c.MaxAge = time.Hour },
		"max_bytes":            func(c *js.StreamConfig) { c.MaxBytes = 1 << 20 },
		"max_msgs 10":          func(c *js.StreamConfig) { c.MaxMsgs = 10 },
		"max_msgs_per_subject": func(c *js.StreamConfig) { c.MaxMsgsPerSubject = 1 },
		"first_seq":            func(c *js.StreamConfig) { c.FirstSeq = 1 },
		"allow_atomic":         func(c *js.StreamConfig) { c.AllowAtomicPublish = false },
		"deny_delete":          func(c *js.StreamConfig) { c.DenyDelete = false },
		"allow_rollup_hdrs":    func(c *js.StreamConfig) { c.AllowRollup = true },
		"allow_msg_ttl":        func(c *js.StreamConfig) { c.AllowMsgTTL = true },
		"allow_msg_counter":    func(c *js.StreamConfig) { c.AllowMsgCounter = true },
		"allow_direct":         func(c *js.StreamConfig) { c.AllowDirect = true },
		"no_ack":               func(c *js.StreamConfig) { c.NoAck = true },
		"sealed":               func(c *js.StreamConfig) { c.Sealed = true },
		"subject_transform":    func(c *js.StreamConfig) { c.SubjectTransform = &js.SubjectTransformConfig{} },
		"persist_mode":         func(c *js.StreamConfig) { c.PersistMode = js.AsyncPersistMode },
	} {
		c := n.config()
		alter(&c)
		err := n.checkStream(c)
		if (err == nil) != (name == "") || err != nil && !strings.Contains(err.Error(), name) {
			t.Errorf("%s: checkStream = %v", name, err)
		}
	}
}

// A node does not start with a stream that it refuses.
func TestARefusedStreamEndsTheStart(t *testing.T) {
	s := newServer(t)
	a := run(t, inProcess(s, "board"), eventlog.Options{})
	c := a.config()
	c.Name, c.Subjects, c.FirstSeq = "other", []string{subject("other")}, 1
	if _, err := a.js.CreateStream(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	o := inProcess(s, "other")
	o.Logger = slog.New(slog.DiscardHandler)
	b := begin(t, o, eventlog.Options{})
	err := <-b.ended
	b.ended <- err
	if err == nil || !strings.Contains(err.Error(), "first_seq") {
		t.Errorf("the node ends with %v, want the setting first_seq", err)
	}
}
