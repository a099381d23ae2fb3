package starred

import (
	"strconv"
	"strings"
)

// Reload reads the list again if another tab has changed it. It reports whether that was so.
func (l *List) Reload() bool {
	if l.storage == nil {
		return false
	}
	text := l.storage.Recall(l.name)
	if text == l.saved {
		return false
	}
	l.saved, l.stars = text, nil
	for line := range strings.SplitSeq(text, "\n") {
		fields := strings.SplitN(line, "\t", 5)
		if len(fields) < 5 || fields[0] == "" {
			continue // not a line of save's
		}
		seen, _ := strconv.Atoi(fields[1])
		at, _ := strconv.Atoi(fields[2])
		l.add(&star{fields[0], int64(seen), int64(at), fields[3], fields[4]})
	}
	return true
}

// save stores the list: a line for each star, its fields with tabs between them. It does not use a storage again that
// does not keep it.
func (l *List) save() {
	if l.storage == nil {
		return
	}
	l.saved = ""
	for _, s := range l.stars {
		l.saved += s.key + "\t" + strconv.Itoa(int(s.seen)) + "\t" + strconv.Itoa(int(s.at)) + "\t" + s.belt + "\t" +
			s.told + "\n"
	}
	l.storage.Remember(l.name, l.saved)
	if l.storage.Recall(l.name) != l.saved {
		l.storage = nil
	}
}
