package receipt

import (
	"bytes"
	"fmt"
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// CodePage is a table of letters of a receipt printer.
type CodePage string

// The code pages. Both have all of Spanish, Portuguese, English and Haitian
// Creole; PC858 is in nearly every printer, Windows-1252 has curly quotes too.
const (
	CP858  CodePage = "cp858"
	CP1252 CodePage = "cp1252"
)

// codePages has each page's letters and its number in ESC t, which Epson chose
// and nearly everybody copied.
var codePages = map[CodePage]struct {
	letters *charmap.Charmap
	number  byte
}{
	CP858:  {charmap.CodePage858, 19},
	CP1252: {charmap.Windows1252, 16},
}

// Roll is the paper of a receipt printer and what the printer does with it.
type Roll struct {
	// Columns is how many letters of the printer's Font A stand on a line: 42 or
	// 48 on paper 80 mm wide, 32 on 58 mm. 0 is 42.
	Columns int
	// CodePage is CP858 when empty.
	CodePage CodePage
	// Cut says that the printer has a cutter.
	Cut bool
	// RasterQR sends the QR code as a picture, for a printer that cannot draw one.
	RasterQR bool
}

// The narrowest and widest rolls that a receipt is laid out for.
const (
	leastColumns = 32
	mostColumns  = 64
)

// withDefaults fills in what is empty.
func (r Roll) withDefaults() Roll {
	if r.Columns == 0 {
		r.Columns = 42
	}
	if r.CodePage == "" {
		r.CodePage = CP858
	}
	return r
}

// Check says what is wrong with a roll, naming the setting.
func (r Roll) Check() error {
	r = r.withDefaults()
	if r.Columns < leastColumns || r.Columns > mostColumns {
		return fmt.Errorf("columns: %d letters do not fit a receipt; write 42 or 48 for paper 80 mm wide, 32 for 58 mm", r.Columns)
	}
	if _, ok := codePages[r.CodePage]; !ok {
		return fmt.Errorf("code_page: %q is not known; write cp858 or cp1252", r.CodePage)
	}
	return nil
}

// dots is the width of the paper in dots: a letter of Font A is 12 wide.
func (r Roll) dots() int { return 12 * r.Columns }

// The commands of ESC/POS that a receipt is made of.
const (
	escInit      = "\x1b@"
	escNoKanji   = "\x1c."     // many a printer sold here starts in Chinese
	escUSA       = "\x1bR\x00" // or "#" and "[" are other signs in other countries
	escPage      = "\x1bt"     // and the page's number
	escLeft      = "\x1ba\x00"
	escMiddle    = "\x1ba\x01"
	escPlain     = "\x1bE\x00"
	escBold      = "\x1bE\x01"
	gsSingle     = "\x1d!\x00"
	gsTall       = "\x1d!\x01" // double height
	gsDouble     = "\x1d!\x11" // double height and width
	gsCut        = "\x1dVB\x03"
	escFeedToTop = "\x1bd\x06" // as far as the edge where paper is torn off
)

// ESCPOS returns the receipt as the bytes that a receipt printer takes. Nothing
// in the content can become a command: its control characters are spaces on the
// paper. No line is longer than the paper, and none is broken inside a word that
// fits on a line. Letters outside the code page fall back as those of the PDF do.
func ESCPOS(c Content, r Roll) ([]byte, error) {
	if err := r.Check(); err != nil {
		return nil, fmt.Errorf("make a receipt: %w", err)
	}
	parts, err := partsOf(c)
	if err != nil {
		return nil, err
	}
	r = r.withDefaults()
	page := codePages[r.CodePage]
	s := &slip{roll: r, letters: page.letters}
	s.out.WriteString(escInit + escNoKanji + escUSA + escPage)
	s.out.WriteByte(page.number)
	for _, p := range parts {
		if err := s.part(p); err != nil {
			return nil, fmt.Errorf("make a receipt: %w", err)
		}
	}
	if r.Cut {
		s.out.WriteString(gsCut)
	} else {
		s.out.WriteString(escFeedToTop)
	}
	return s.out.Bytes(), nil
}

// slip is a receipt as it is being written.
type slip struct {
	roll    Roll
	letters *charmap.Charmap
	out     bytes.Buffer
}

func (s *slip) part(p part) error {
	switch p.kind {
	case kindStrong:
		s.lines(escBold, escPlain, s.wrap(p.words, s.roll.Columns))
	case kindTitle:
		s.lines(escBold+gsTall, gsSingle+escPlain, s.wrap(p.words, s.roll.Columns))
	case kindFolio, kindCode:
		s.large(p.words)
	case kindItem:
		for i, line := range s.wrap(p.words, s.roll.Columns-2) {
			lead := "  "
			if i == 0 {
				lead = s.encode(dash) + " "
			}
			s.lines("", "", []string{lead + line})
		}
	case kindQR:
		return s.qr(p.words)
	case kindRule:
		s.lines("", "", []string{strings.Repeat("-", s.roll.Columns)})
	case kindGap:
		s.out.WriteByte('\n')
	default:
		s.lines("", "", s.wrap(p.words, s.roll.Columns))
	}
	return nil
}

// large writes what is read aloud and typed: twice as wide and high where that
// fits on a line, twice as high where only that does.
func (s *slip) large(words string) {
	size := gsDouble
	if len(s.encode(words)) > s.roll.Columns/2 {
		size = gsTall
	}
	s.lines(escBold+size, gsSingle+escPlain, s.wrap(words, s.roll.Columns))
}

// lines writes lines between two commands.
func (s *slip) lines(before, after string, lines []string) {
	s.out.WriteString(before)
	for _, line := range lines {
		s.out.WriteString(line)
		s.out.WriteByte('\n')
	}
	s.out.WriteString(after)
}

func (s *slip) encode(words string) string { return encode(s.letters, words) }

// wrap breaks words into lines of the code page's bytes, each at most columns
// long: at spaces, and inside a word only when the word alone is longer.
func (s *slip) wrap(words string, columns int) []string {
	var lines []string
	line := ""
	for _, word := range strings.FieldsFunc(s.encode(words), func(r rune) bool { return r == ' ' }) {
		if line != "" && len(line)+1+len(word) <= columns {
			line += " " + word
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for len(word) > columns {
			lines = append(lines, word[:columns])
			word = word[columns:]
		}
		line = word
	}
	if line != "" {
		lines = append(lines, line)
	}
	// A hard space has done its work; in print it is a space like any other.
	hard := s.encode(string(hardSpace))
	for i := range lines {
		lines[i] = strings.ReplaceAll(lines[i], hard, " ")
	}
	return lines
}

// The size of a QR code's modules, in dots of 1/8 mm: below the least a cheap
// camera cannot read them.
const (
	leastModule = 3
	mostModule  = 8
)

// qr writes a QR code in the middle of the paper.
func (s *slip) qr(address string) error {
	for _, b := range []byte(address) {
		if b <= 0x20 || b >= 0x7f {
			return fmt.Errorf("%w: the address for the QR code has %q in it; percent-encode it", ErrContent, b)
		}
	}
	modules, err := modulesOf(address)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrContent, err)
	}
	size := min(mostModule, s.roll.dots()/(len(modules)+2*quiet))
	if size < leastModule {
		return fmt.Errorf("%w: the address is too long for a QR code on paper of %d columns", ErrContent, s.roll.Columns)
	}
	s.out.WriteString(escMiddle)
	if s.roll.RasterQR {
		s.raster(modules, size)
	} else {
		s.symbol(address, size)
	}
	s.out.WriteString(escLeft)
	return nil
}

// symbol has the printer draw a QR code: model 2, level M, as the picture has it.
func (s *slip) symbol(address string, module int) {
	s.graphic(65, 50, 0)        // model 2
	s.graphic(67, byte(module)) // #nosec G115 -- at most mostModule
	s.graphic(69, 49)           // level M
	s.graphic(80, append([]byte{48}, address...)...)
	s.graphic(81, 48) // print it
}

// graphic writes GS ( k for a QR code: a length of two bytes, then the function.
func (s *slip) graphic(function byte, parameters ...byte) {
	n := len(parameters) + 2
	s.out.Write([]byte{0x1d, '(', 'k', byte(n), byte(n >> 8), 49, function}) // #nosec G115 -- a QR code holds under 3 KB
	s.out.Write(parameters)
}

// raster sends a QR code as a picture, with its quiet zone.
func (s *slip) raster(modules [][]bool, module int) {
	side := len(modules) * module
	width := (side + 7) / 8
	s.lines("", "", make([]string, 2))                                                                 // the quiet zone above
	s.out.Write([]byte{0x1d, 'v', '0', 0, byte(width), byte(width >> 8), byte(side), byte(side >> 8)}) // #nosec G115 -- under 1,000 dots
	for _, row := range modules {
		bits := make([]byte, width)
		for x := range side {
			if row[x/module] {
				bits[x/8] |= 0x80 >> (x % 8)
			}
		}
		for range module {
			s.out.Write(bits)
		}
	}
	s.lines("", "", make([]string, 2))
}
