package look

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"fyne.io/fyne/v2"
)

// Font returns the regular or the bold face, both bundled with Fyne, with shapes
// for the marks around what is not translated.
func Font(heavy bool) fyne.Resource {
	if heavy {
		return bold()
	}
	return regular()
}

// Measure returns the width and height in pixels of one line of text.
func Measure(text string, size float32, bold bool) fyne.Size {
	return Remembered(&sizes, sized{text, size, bold}, func() fyne.Size {
		got, _ := fyne.CurrentApp().Driver().RenderedTextSize(text, size, fyne.TextStyle{}, Font(bold))
		return got
	})
}

type sized struct {
	text string
	size float32
	bold bool
}

var sizes Memory[sized, fyne.Size]

// MostCharacters is the longest line of running text.
const MostCharacters = 60

// Lines breaks text into lines that are at most width pixels wide and, where
// running is set, at most [MostCharacters] long. A line break in the text is
// kept. A word that is too wide for a line is broken: where words were held together,
// else at a sign between the parts of an address, else anywhere but within a number.
func Lines(text string, size float32, bold bool, width float32, running bool) []string {
	var out []string
	for paragraph := range strings.SplitSeq(text, "\n") {
		out = append(out, paragraphLines(paragraph, size, bold, width, running)...)
	}
	return out
}

// paragraphLines adds up the widths of words: measuring each longer line anew
// would shape the same letters again and again.
func paragraphLines(paragraph string, size float32, bold bool, width float32, running bool) []string {
	space := Measure(" ", size, bold).Width
	fits := func(part string) bool {
		return Measure(part, size, bold).Width <= width && (!running || utf8.RuneCountInString(part) <= MostCharacters)
	}
	var out []string
	line, lineWidth, lineLength := "", float32(0), 0
	for word := range strings.FieldsFuncSeq(paragraph, breaks) {
		wordWidth, wordLength := Measure(word, size, bold).Width, utf8.RuneCountInString(word)
		if line != "" {
			if lineWidth+space+wordWidth <= width && (!running || lineLength+1+wordLength <= MostCharacters) {
				line += " " + word
				lineWidth += space + wordWidth
				lineLength += 1 + wordLength
				continue
			}
			out = append(out, line)
		}
		line = word
		for !fits(line) && utf8.RuneCountInString(line) > 1 {
			cut := goodCut(line, fittingPrefix(line, fits))
			out, line = append(out, strings.TrimRightFunc(line[:cut], unicode.IsSpace)), line[cut:]
		}
		lineWidth, lineLength = Measure(line, size, bold).Width, utf8.RuneCountInString(line)
	}
	if line != "" || len(out) == 0 {
		out = append(out, line)
	}
	return out
}

// breaks reports whether a line may end at a sign. At a space that holds together
// what belongs together, a folio or a number and its sign, it may not.
func breaks(r rune) bool { return unicode.IsSpace(r) && r != '\u00a0' && r != '\u202f' }

// Balanced is Lines with the lines of a short text made about equally long, so
// that none ends in a word by itself.
func Balanced(text string, size float32, bold bool, width float32, running bool) []string {
	lines := Lines(text, size, bold, width, running)
	if len(lines) > 3 {
		return noLoneWord(lines, text, size, bold, width, running)
	}
	if len(lines) < 2 {
		return lines
	}
	low, high := float32(0), width
	for _, line := range lines {
		low += Measure(line, size, bold).Width / float32(len(lines))
	}
	for _, word := range Words(text) {
		// A word that has a line's room is not broken to make lines equal.
		low = max(low, min(Measure(word, size, bold).Width, width))
	}
	for high-low > size/2 {
		middle := (low + high) / 2
		if narrower := Lines(text, size, bold, middle, running); len(narrower) > len(lines) {
			low = middle
		} else {
			lines, high = narrower, middle
		}
	}
	return lines
}

// noLoneWord makes the lines of a long text a little shorter where its last one
// would be a word by itself.
func noLoneWord(lines []string, text string, size float32, bold bool, width float32, running bool) []string {
	for narrow := width; narrow > width*0.8; narrow -= size {
		tried := Lines(text, size, bold, narrow, running)
		if len(tried) > len(lines) {
			break
		}
		if len(Words(tried[len(tried)-1])) > 1 {
			return tried
		}
	}
	return lines
}

// fittingPrefix returns the length in bytes of the longest prefix that fits, one
// character at least.
func fittingPrefix(word string, fits func(string) bool) int {
	last := 0
	for i := range word {
		if i > 0 && !fits(word[:i]) {
			break
		}
		last = i
	}
	if last == 0 {
		last = len(string([]rune(word)[:1]))
	}
	return last
}

// goodCut returns where a word that has no room on a line is broken: at or before the
// end of what fits. Half a year or half a telephone number is another one.
func goodCut(word string, fits int) int {
	held, sign, number := 0, 0, 0
	for i, r := range word {
		if i > fits {
			break
		}
		before, size := utf8.DecodeLastRuneInString(word[:i])
		digits := unicode.IsDigit(before) && unicode.IsDigit(r)
		switch {
		case i == 0:
		case unicode.IsSpace(before):
			held = i
		case strings.ContainsRune("/-.?&=_@", before) && !(unicode.IsDigit(r) && endsInDigit(word[:i-size])):
			sign = i
		case !digits && !unicode.IsSpace(r):
			number = i
		}
	}
	for _, cut := range []int{held, sign, number} {
		if cut > 0 {
			return cut
		}
	}
	return fits
}

func endsInDigit(s string) bool {
	last, _ := utf8.DecodeLastRuneInString(s)
	return unicode.IsDigit(last)
}

// Words returns the parts of a text between which a line may end.
func Words(text string) []string { return strings.FieldsFunc(text, breaks) }
