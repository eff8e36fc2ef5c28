package screen

import (
	"slices"
	"strings"

	"chasqui/kiosk/look"
)

// parting says how many lines of a text have room: on the first page, on each of the
// others, and on the last one, which has something under the text.
type parting struct{ first, each, last int }

// part parts a text that has no room on one page. A page ends where a sentence does, so
// that whoever reads or hears it has whole ones. Only a sentence that is longer than a
// page is parted, at a comma if there is one late enough. What stands under the end of
// the text has a sentence over it, or as much of one as there is room for; nothing where
// there is none. cuts is how many sentences were parted.
func (room parting) part(text string, lines func(string) []string) (pages [][]string, cuts int) {
	laid := func(all []string) []string {
		if text := strings.TrimSpace(strings.Join(all, "")); text != "" {
			return lines(text)
		}
		return nil
	}
	each, last := max(room.each, 1), max(room.last, 0)
	rest := sentences(text)
	for limit := max(room.first, 0); len(pages) == 0 || len(laid(rest)) > last; limit = each {
		n := len(rest)
		for n > 0 && len(laid(rest[:n])) > limit {
			n--
		}
		switch {
		case n < len(rest) && len(laid(rest[n:n+1])) > each:
			// It has no room on any page, and begins here.
			head, tail := cutSentence(rest[n], false, func(head, _ string) bool {
				return len(laid(append(slices.Clone(rest[:n]), head))) <= limit
			})
			if head != "" {
				rest = slices.Concat(rest[:n], []string{head, tail}, rest[n+1:])
				n, cuts = n+1, cuts+1
			}
		case n == len(rest) && n > 0 && len(laid(rest[n-1:])) > last:
			// Its end goes to the last page, since not all of it has room there.
			head, tail := cutSentence(rest[n-1], true, func(_, tail string) bool {
				return len(laid([]string{tail})) <= last
			})
			if head != "" {
				rest = append(slices.Clone(rest[:n-1]), head, tail)
				cuts++
			}
		case n == len(rest) && n > 1:
			n--
		}
		if n == 0 && limit == each {
			n = 1 // a single word that is wider than all the room
		}
		pages, rest = append(pages, laid(rest[:n])), rest[n:]
	}
	return append(pages, laid(rest)), cuts
}

// cutSentence cuts a sentence between two words where both parts fit: so that the first
// one is as long as can be, or, if shortest is set, as short. A comma is a better place,
// unless too much would have to be given up for it. It returns no head where nothing fits.
func cutSentence(sentence string, shortest bool, fits func(head, tail string) bool) (head, tail string) {
	words := look.Words(sentence)
	begin := sentence[:len(sentence)-len(strings.TrimLeft(sentence, " "))]
	end := sentence[len(strings.TrimRight(sentence, "\n")):]
	var places []int
	for n := 1; n < len(words); n++ {
		if fits(strings.Join(words[:n], " "), strings.Join(words[n:], " ")) {
			places = append(places, n)
		}
	}
	if len(places) == 0 {
		return "", sentence
	}
	if !shortest {
		slices.Reverse(places)
	}
	at := places[0]
	for _, n := range places[:(len(places)+1)/2] {
		if strings.ContainsAny(words[n-1][len(words[n-1])-1:], ",;:") {
			at = n
			break
		}
	}
	return begin + strings.Join(words[:at], " ") + " ", strings.Join(words[at:], " ") + end
}
