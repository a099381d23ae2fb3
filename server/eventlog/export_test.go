package eventlog

// Size is the number of bytes that the history occupies.
func Size(l *Log) int { return l.history.size }
