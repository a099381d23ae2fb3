package timetable

// A Kind is what a change does to the board.
type Kind uint8

const (
	KindUpdate  Kind = iota // the named fields of one flight change, the others stay
	KindRemove              // one flight leaves the board
	KindAdd                 // one flight enters, or is replaced as a whole
	KindReplace             // the whole board is replaced: a snapshot
	KindPut                 // Add when the flight is unknown, Update otherwise; only publishers send it
)

var eventTypes = [...]string{"flightStateUpdate", "flightRemoval", "flightAddition", "flightSnapshot", ""}

// EventType is the event type under which the change is sent; Put has none.
func (k Kind) EventType() string { return eventTypes[k] }

// KindOf returns the kind that is sent under an event type. An untyped event is a state update.
func KindOf(eventType string) (Kind, bool) {
	switch eventType {
	case "flightStateUpdate", "message", "":
		return KindUpdate, true
	case "flightRemoval":
		return KindRemove, true
	case "flightAddition":
		return KindAdd, true
	case "flightSnapshot":
		return KindReplace, true
	}
	return 0, false
}

// A Change is the unit of publishing: one fact that alters every board to which it is applied. See [Board.Apply].
type Change struct {
	Kind   Kind
	Flight Flight   // Update and Put: the named fields; Remove: the identity; Add: the whole flight
	Named  Fields   // Update and Put: which fields of Flight are set; a named field that is empty is cleared
	Board  []Flight // Replace: all flights; of two with the same key the first counts
}

// news returns the fields that an update changes. A number without an ID is the key of the row and changes nothing. An
// ID never changes, and no update clears a flight's number.
func (c *Change) news() Fields {
	switch {
	case c.Flight.ID == "":
		return c.Named &^ identity
	case c.Flight.Number == "":
		return c.Named&^FieldNumber.Bit() | FieldID.Bit()
	}
	return c.Named | FieldID.Bit()
}
