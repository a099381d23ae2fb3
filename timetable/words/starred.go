package words

// --- flights that the reader follows ---

import "strings"

// Star heads the column of the buttons, for screen readers.
const Star Message = "Follow"

// Followed is announced when the reader begins to follow a flight, or ends that.
func Followed(number string, on bool) string {
	if on {
		return say("{flight} followed, on top of the table", number)
	}
	return say("{flight} no longer followed", number)
}

// News is a change of a followed flight: Landed 18:05, belt 5. State is one of the vocabulary, or "" if only the belt
// is new; when and belt may be "". The first letter is a capital if it is an ASCII letter.
func News(state, when, belt string) string {
	news := State(state)
	if when != "" {
		news = say("{state} {time}", news, when)
	}
	if belt != "" {
		news = Join(news, say("belt {belt}", belt))
	}
	if first := news[0]; 'a' <= first && first <= 'z' {
		news = string(first-'a'+'A') + news[1:]
	}
	return news
}

// NewsFrom heads a notification, which has the news below.
func NewsFrom(number, origin string) string {
	if origin == "" {
		return number
	}
	return say("{flight} from {city}", number, origin)
}

// Stars returns the texts of stars.js and alerts.js, one a line, in the order in which they take them. The first labels
// the button that follows a flight, or no longer; {} stands for its number. The others are those of the dialog in which
// alerts are switched on: its title, what it is about, the two switches, what is shown where the browser refuses, and
// the closing button.
func Stars() string {
	var texts strings.Builder
	texts.WriteString(say("Follow {flight}", "{}"))
	for _, text := range [...]Message{
		"Alerts", "When a flight changes that you follow:", "Play a tone", "Show a notification",
		"This browser does not let the page show notifications.", Close,
	} {
		texts.WriteString("\n" + text.String())
	}
	return texts.String()
}
