package main

// turns let publishers work side by side, each with its wait for the disk, unless they touch the same overridden
// flight: those go one after the other, in the order in which they came. Everybody waits for earlier ones only. The
// zero value is ready for use; the hand's mu guards it.
type turns struct {
	active map[chan struct{}]struct{} // everybody who has begun; a channel is closed at the end
	last   map[string]chan struct{}   // by flight: who has come last
}

// begin waits until it is its turn with these flights and, if alone, until all who have begun before have ended. It is
// called with mu held, and lets go of it while it waits.
func (h *hand) begin(keys []string, alone bool) (end func()) {
	if h.turns.active == nil {
		h.turns = turns{make(map[chan struct{}]struct{}), make(map[string]chan struct{})}
	}
	var before []chan struct{}
	if alone {
		for other := range h.turns.active {
			before = append(before, other)
		}
	}
	done := make(chan struct{})
	h.turns.active[done] = struct{}{}
	for _, key := range keys {
		if other := h.turns.last[key]; other != nil {
			before = append(before, other)
		}
		h.turns.last[key] = done
	}
	if len(before) > 0 {
		h.mu.Unlock()
		for _, other := range before {
			<-other
		}
		h.mu.Lock()
	}
	return func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.turns.active, done)
		for _, key := range keys {
			if h.turns.last[key] == done {
				delete(h.turns.last, key)
			}
		}
		close(done)
	}
}
