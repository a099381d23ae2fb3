package share

import (
	"strconv"
	"strings"
	"time"
)

// A Kind is a message's purpose.
type Kind uint8

const (
	// To the leader:
	Ask   Kind = iota // what is the board?
	Ping              // are you there?
	Retry             // the reader wants the next attempt to connect now

	// From it:
	Lead  // it has become the leader; Data is the reign that it continues
	Event // an event that changes the board
	Note  // one that does not
	Board // the board
	Beat  // it is there; Data is the status

	Separate // every tab connects by itself
)

// A Message goes from one tab to all others.
type Message struct {
	_       [0]func() // not comparable
	Kind    Kind
	Visible bool          // the sender is
	Age     time.Duration // since it was posted, or since a Note's event came: a tab that was frozen gets old messages
	Seq     int           // the last event that the sender has; of an Event its own
	Reign   string        // the leader's, or the one that the sender follows; that of a later one is greater
	Type    string        // the event's
	ID      string        // the last event ID
	Data    string        // of an event, or as its kind says
}

// Head encodes all but Data, which a channel carries beside it, at a time of the reader's clock.
func (m *Message) Head(now time.Duration) string {
	visible := ""
	if m.Visible {
		visible = "visible"
	}
	return strings.Join([]string{
		strconv.Itoa(int(m.Kind)), visible, strconv.Itoa(int((now - m.Age) / time.Millisecond)), strconv.Itoa(m.Seq),
		m.Reign, m.Type, m.ID,
	}, "\t")
}

// ParseHead returns the message that Head has encoded, or nil, at a time of the same clock.
func ParseHead(now time.Duration, head string) *Message {
	parts := strings.SplitN(head, "\t", 7)
	if len(parts) != 7 {
		return nil
	}
	kind, _ := strconv.Atoi(parts[0])
	sent, _ := strconv.Atoi(parts[2])
	seq, _ := strconv.Atoi(parts[3])
	return &Message{
		Kind: Kind(kind), Visible: parts[1] != "", Age: now - time.Duration(sent)*time.Millisecond, Seq: seq,
		Reign: parts[4], Type: parts[5], ID: parts[6],
	}
}
