package screen_test

import "flag"

// full does what takes minutes in whole, where the tests of every day do a part of
// it.
var full = flag.Bool("full", false, "walk every service in every language with the voice on")
