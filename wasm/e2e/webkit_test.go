package e2e

import (
	"flag"
	"slices"
	"strings"
	"testing"

	"flightboard/wasm/e2e/browser"
)

var allInWebKit = flag.Bool("webkit", false, "run all tests in WebKit, and not only those of usualInWebKit")

// usualInWebKit has the tests that run in WebKit without -webkit: what depends on the browser's own EventSource, locks,
// page cache and layout. All of them take twice as long as the other browsers' together.
var usualInWebKit = []string{
	"TestRowsAppearChangeAndLeave",
	"TestStopHoldsTheBoardAndResumeMissesNothing",
	"TestACutConnectionIsSaidAndMended",
	"TestStreamsThatAreHeldBack/until_the_end",
	"TestAStreamThatTheBrowserBlocksIsToldApart",
	"TestTheStreamComesBackAfterWindowStop",
	"TestTheProgramIsFetchedOnce",
	"TestTheLeadingTabCloses",
	"TestOutages/other_servers_answer_in_its_place",
	"TestWakeUps/the_reader_leaves_the_page_and_comes_back",
	"TestAReaderSearchesSortsAndGoesBack",
	"TestTheFirstScreenShowsRows",
	"TestAWallInWebKit",
}

// polyfillInWebKit has the tests that WebKit runs with the polyfill as well. These are the ones about how a stream
// begins and ends.
var polyfillInWebKit = []string{
	"TestRowsAppearChangeAndLeave",
	"TestStopHoldsTheBoardAndResumeMissesNothing",
	"TestACutConnectionIsSaidAndMended",
	"TestTheTutorialsFeedPlaysToItsEnd",
	"TestAStaticPageReadsTheStreamOfAnotherOrigin",
	"TestOutages/other_servers_answer_in_its_place",
	"TestWakeUps/the_reader_leaves_the_page_and_comes_back",
}

// skipInWebKit skips a test in WebKit if it is none of the usual ones there.
func skipInWebKit(t *testing.T, kind browser.Kind) {
	t.Helper()
	isUsual := func(name string) bool { return t.Name() == name || strings.HasPrefix(t.Name(), name+"/") }
	if kind == browser.WebKit && !*allInWebKit && !slices.ContainsFunc(usualInWebKit, isUsual) {
		t.Skip("pages take long to open in WebKit: without -webkit it runs the tests of usualInWebKit")
	}
}
