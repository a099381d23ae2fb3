package words

// --- flights that the reader follows ---

// Star heads the column of the buttons, for screen readers.
const Star = "Follow"

// Followed is announced when the reader begins to follow a flight, or ends that.
func Followed(number string, on bool) string {
	if on {
		return number + " followed, on top of the table"
	}
	return number + " no longer followed"
}

// News is a change of a followed flight: Landed 18:05, belt 5. State is "" if only the belt is new; when and belt may
// be "". The first letter is a capital if it is an ASCII letter.
func News(state, when, belt string) string {
	news := state
	if when != "" {
		news += " " + when
	}
	if belt != "" {
		news = Join(news, "belt "+belt)
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
	return number + " from " + origin
}

// Stars are the texts of stars.js and alerts.js, one a line, in the order in which they take them. The first labels the
// button that follows a flight, or no longer; {} stands for its number. The others are those of the dialog in which
// alerts are switched on: its title, what it is about, the two switches, what is shown where the browser refuses, and
// the closing button.
const Stars = "Follow {}\nAlerts\nWhen a flight changes that you follow:\nPlay a tone\nShow a notification\n" +
	"This browser does not let the page show notifications.\n" + Close
