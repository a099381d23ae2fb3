package eventstream_test

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// interpret follows the standard word by word, for whole streams and without regard to speed. FuzzRead compares the
// parser with it. The quoted names are those of the standard's steps.
func interpret(stream []byte) outcome {
	const longest = math.MaxInt64 / int64(time.Millisecond) // that a Duration holds
	got := outcome{Events: []dispatched{}, Retry: noRetry}
	var data, eventType, lastEventID string // the buffers
	text := strings.TrimPrefix(decodeUTF8(stream), "\uFEFF")
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.ReplaceAll(text, "\r", "\n")
	lines := strings.Split(text, "\n")
	for _, line := range lines[:len(lines)-1] { // the last one has no end
		if line == "" { // "dispatch the event"
			got.LastEventID = lastEventID
			if data != "" {
				if eventType == "" {
					eventType = "message"
				}
				got.Events = append(got.Events, dispatched{eventType, strings.TrimSuffix(data, "\n"), lastEventID})
			}
			data, eventType = "", ""
			continue
		}
		if strings.HasPrefix(line, ":") {
			continue
		}
		field, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch field { // "process the field"
		case "event":
			eventType = value
		case "data":
			data += value + "\n"
		case "id":
			if !strings.Contains(value, "\x00") {
				lastEventID = value
			}
		case "retry":
			if value != "" && strings.Trim(value, "0123456789") == "" {
				ms, err := strconv.ParseInt(value, 10, 64)
				if err != nil || ms > longest {
					ms = longest
				}
				got.Retry = time.Duration(ms) * time.Millisecond
			}
		}
	}
	return got
}

// decodeUTF8 is the "UTF-8 decoder" of the Encoding standard, with its variables.
func decodeUTF8(stream []byte) string {
	var out strings.Builder
	var point rune
	var seen, needed int
	lower, upper := byte(0x80), byte(0xBF)
	for i := 0; i < len(stream); i++ {
		b := stream[i]
		if needed == 0 {
			switch {
			case b <= 0x7F:
				out.WriteByte(b)
			case b >= 0xC2 && b <= 0xDF:
				needed, point = 1, rune(b&0x1F)
			case b >= 0xE0 && b <= 0xEF:
				if b == 0xE0 {
					lower = 0xA0
				}
				if b == 0xED {
					upper = 0x9F
				}
				needed, point = 2, rune(b&0xF)
			case b >= 0xF0 && b <= 0xF4:
				if b == 0xF0 {
					lower = 0x90
				}
				if b == 0xF4 {
					upper = 0x8F
				}
				needed, point = 3, rune(b&0x7)
			default:
				out.WriteString("\uFFFD")
			}
			continue
		}
		fits := b >= lower && b <= upper
		lower, upper = 0x80, 0xBF
		if !fits {
			point, needed, seen = 0, 0, 0
			i-- // "restore byte to ioQueue"
			out.WriteString("\uFFFD")
			continue
		}
		point = point<<6 | rune(b&0x3F)
		if seen++; seen == needed {
			out.WriteRune(point)
			point, needed, seen = 0, 0, 0
		}
	}
	if needed != 0 {
		out.WriteString("\uFFFD")
	}
	return out.String()
}
