package screen_test

import (
	"flag"
	"runtime/debug"

	"chasqui/kiosk/look"
)

// full does what takes minutes in whole, where the tests of every day do a part of
// it.
var full = flag.Bool("full", false, "inspect every page in every look, language and screen, as \"make looks\" does, and listen to every service in every language")

// The words that are drawn again and again are measured once. A fifth of the time was
// the collector's, which looked through the pages of a minute: it may come less often.
func init() {
	look.Remember()
	debug.SetGCPercent(300)
}
