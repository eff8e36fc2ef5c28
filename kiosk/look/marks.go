package look

import (
	"encoding/binary"
	"errors"
	"slices"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// marks are the signs that our texts use and the bundled fonts lack, with the
// letters whose shape stands in for each: ⟦ ⟧ around what is not translated, ⟪ ⟫
// around a text of the pseudo-locale. Without this the system's fonts would be
// asked, and a page would look different on each machine, or show empty boxes.
var marks = map[rune]rune{'⟦': '[', '⟧': ']', '⟪': '«', '⟫': '»'}

var (
	regular = sync.OnceValue(func() fyne.Resource { return marked(theme.DefaultTextFont()) })
	bold    = sync.OnceValue(func() fyne.Resource { return marked(theme.DefaultTextBoldFont()) })
)

// marked returns a font in which the marks have shapes. A font that it cannot read
// is returned as it is.
func marked(font fyne.Resource) fyne.Resource {
	content, err := withAliases(font.Content(), marks)
	if err != nil {
		return font
	}
	return fyne.NewStaticResource(font.Name(), content)
}

var errFont = errors.New("look: not a font that this understands")

// withAliases returns a TrueType font in which each character of aliases has the
// shape of another one. Its table of characters is written anew behind the font,
// in format 12, and everything else stays where it is.
func withAliases(font []byte, aliases map[rune]rune) ([]byte, error) {
	entry, err := tableEntry(font, "cmap")
	if err != nil {
		return nil, err
	}
	start, length := binary.BigEndian.Uint32(font[entry+8:]), binary.BigEndian.Uint32(font[entry+12:])
	if uint64(start)+uint64(length) > uint64(len(font)) {
		return nil, errFont
	}
	glyphs, err := readCharacters(font[start : start+length])
	if err != nil {
		return nil, err
	}
	for mark, letter := range aliases {
		glyph, ok := glyphs[letter]
		if _, has := glyphs[mark]; !has && ok {
			glyphs[mark] = glyph
		}
	}
	table := writeCharacters(glyphs)
	out := slices.Clone(font)
	for len(out)%4 != 0 {
		out = append(out, 0)
	}
	binary.BigEndian.PutUint32(out[entry+8:], uint32(len(out)))    // #nosec G115 -- a bundled font has half a megabyte
	binary.BigEndian.PutUint32(out[entry+12:], uint32(len(table))) // #nosec G115 -- and its table a few thousand entries
	return append(out, table...), nil
}

// tableEntry returns where a table's entry lies in a font's directory.
func tableEntry(font []byte, name string) (int, error) {
	if len(font) < 12 {
		return 0, errFont
	}
	for i := range int(binary.BigEndian.Uint16(font[4:])) {
		at := 12 + 16*i
		if at+16 > len(font) {
			break
		}
		if string(font[at:at+4]) == name {
			return at, nil
		}
	}
	return 0, errFont
}

// readCharacters reads the table of characters in format 4, for Windows: what each
// character up to U+FFFF looks like.
func readCharacters(cmap []byte) (map[rune]uint16, error) {
	u16 := func(at int) int {
		if at < 0 || at+2 > len(cmap) {
			return -1
		}
		return int(binary.BigEndian.Uint16(cmap[at:]))
	}
	sub := -1
	for i := range max(u16(2), 0) {
		at := 4 + 8*i
		if at+8 <= len(cmap) && u16(at) == 3 && u16(at+2) == 1 {
			sub = int(binary.BigEndian.Uint32(cmap[at+4:]))
		}
	}
	if sub < 0 || u16(sub) != 4 {
		return nil, errFont
	}
	out := map[rune]uint16{}
	segments := u16(sub+6) / 2
	ends := sub + 14
	starts := ends + 2*segments + 2
	deltas, offsets := starts+2*segments, starts+4*segments
	next := 0 // segments follow each other
	for i := range segments {
		first, last, delta, offset := u16(starts+2*i), u16(ends+2*i), u16(deltas+2*i), u16(offsets+2*i)
		if first < next || last < first || delta < 0 || offset < 0 {
			return nil, errFont
		}
		next = last + 1
		for c := first; c <= last && c < 0xffff; c++ {
			glyph := c
			if offset > 0 {
				if glyph = u16(offsets + 2*i + offset + 2*(c-first)); glyph < 0 {
					return nil, errFont
				}
			}
			if glyph != 0 || offset == 0 {
				glyph = (glyph + delta) & 0xffff
			}
			if glyph != 0 {
				out[rune(c)] = uint16(glyph) // #nosec G115 -- masked above
			}
		}
	}
	return out, nil
}

// writeCharacters writes a table of characters in format 12.
func writeCharacters(glyphs map[rune]uint16) []byte {
	var order []rune
	for c := range glyphs {
		order = append(order, c)
	}
	slices.Sort(order)
	var groups []byte
	n := uint32(0)
	for i := 0; i < len(order); n++ {
		j := i + 1
		for j < len(order) && order[j] == order[j-1]+1 && glyphs[order[j]] == glyphs[order[j-1]]+1 {
			j++
		}
		for _, v := range []uint32{uint32(order[i]), uint32(order[j-1]), uint32(glyphs[order[i]])} { // #nosec G115 -- characters up to U+FFFF
			groups = binary.BigEndian.AppendUint32(groups, v)
		}
		i = j
	}
	var out []byte
	for _, v := range []uint16{0, 1, 3, 10} { // version, one table, Windows, all of Unicode
		out = binary.BigEndian.AppendUint16(out, v)
	}
	out = binary.BigEndian.AppendUint32(out, 12) // where it begins
	for _, v := range []uint16{12, 0} {          // format, reserved
		out = binary.BigEndian.AppendUint16(out, v)
	}
	for _, v := range []uint32{16 + uint32(len(groups)), 0, n} { // #nosec G115 -- length, language, groups
		out = binary.BigEndian.AppendUint32(out, v)
	}
	return append(out, groups...)
}
