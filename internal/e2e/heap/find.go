package heap

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"sort"
	"strings"

	"chasqui/internal/e2e/canary"
)

// Find is a place in memory where a word was found.
type Find struct {
	Word, As string
	Piece    *Piece
	// Offset is where in the piece it begins.
	Offset int
	// Way leads from the piece to a root, as far as it was followed.
	Way []string
}

func (f Find) String() string {
	return fmt.Sprintf("%q as %s in %s, byte %d of %d\n\t%s", f.Word, f.As, f.Piece, f.Offset, len(f.Piece.Bytes), strings.Join(f.Way, "\n\t"))
}

// String names a piece.
func (p *Piece) String() string {
	if p.Name != "" {
		return fmt.Sprintf("%s %s at %#x", p.Kind, p.Name, p.Address)
	}
	return fmt.Sprintf("%s at %#x", p.Kind, p.Address)
}

// Search looks for words in the objects that the program can still reach and in its
// global variables, in all the forms that text may have in memory, and follows a few
// of the finds to what holds them.
//
// Stacks count for what they point to; what lies on them is not searched, since a
// frame holds what earlier calls left there too. Nor does an object count that
// nothing reaches any more, or the end of one where no pointer to it covers the word:
// both are freed memory that was not overwritten yet.
func (d *Dump) Search(words ...string) []Find {
	forms := map[string]map[string][][]byte{}
	for _, word := range words {
		forms[word] = canary.Forms(word)
	}
	reached := d.reached()
	var out []Find
	for i := range d.Pieces {
		p := &d.Pieces[i]
		if p.Kind == Stack || !reached[i] {
			continue
		}
		for _, word := range words {
			for as, needles := range forms[word] {
				for _, needle := range needles {
					if at := bytes.Index(p.Bytes, needle); at >= 0 {
						out = append(out, Find{Word: word, As: as, Piece: p, Offset: at})
						break
					}
				}
			}
		}
	}
	const few = 12
	kept := out[:0]
	for i, f := range out {
		if len(kept) < few || i == len(out)-1 {
			held, way := d.follow(f)
			if !held {
				continue
			}
			f.Way = way
		}
		kept = append(kept, f)
	}
	return kept
}

// reached marks the pieces that can be reached from stacks, global variables and
// what the runtime holds.
func (d *Dump) reached() []bool {
	mark := make([]bool, len(d.Pieces))
	var todo []int
	visit := func(address uint64) {
		if i := d.index(address); i >= 0 && !mark[i] {
			mark[i] = true
			todo = append(todo, i)
		}
	}
	for i, p := range d.Pieces {
		if p.Kind != Object && !mark[i] {
			mark[i] = true
			todo = append(todo, i)
		}
	}
	for _, address := range d.roots {
		visit(address)
	}
	for len(todo) > 0 {
		p := &d.Pieces[todo[len(todo)-1]]
		todo = todo[:len(todo)-1]
		for _, offset := range p.Pointers {
			visit(p.pointer(offset))
		}
	}
	return mark
}

// index returns which piece an address lies in, or -1.
func (d *Dump) index(address uint64) int {
	i := sort.Search(len(d.Pieces), func(i int) bool { return d.Pieces[i].Address > address }) - 1
	if i < 0 || address >= d.Pieces[i].Address+uint64(len(d.Pieces[i].Bytes)) {
		return -1
	}
	return i
}

func (p *Piece) pointer(offset uint32) uint64 {
	if int(offset)+8 > len(p.Bytes) {
		return 0
	}
	return binary.LittleEndian.Uint64(p.Bytes[offset:])
}

// follow looks for what points at a find, and for what points at that, until it
// comes to a root.
func (d *Dump) follow(f Find) (held bool, way []string) {
	const far = 14
	seen := map[*Piece]bool{f.Piece: true}
	level := []*Piece{f.Piece}
	from := map[*Piece]*Piece{}
	held = f.Piece.Kind != Object
	for depth := range far {
		var next []*Piece
		for i := range d.Pieces {
			p := &d.Pieces[i]
			for _, offset := range p.Pointers {
				target := p.pointer(offset)
				j, found := slices.BinarySearchFunc(level, target, func(l *Piece, t uint64) int {
					switch {
					case t < l.Address:
						return 1
					case t >= l.Address+uint64(len(l.Bytes)):
						return -1
					}
					return 0
				})
				if !found {
					continue
				}
				if depth == 0 {
					held = held || covers(p, offset, f)
				}
				if seen[p] {
					continue
				}
				seen[p], from[p] = true, level[j]
				if p.Kind != Object {
					for at := p; at != nil; at = from[at] {
						way = append(way, d.describe(at, from[at]))
					}
					return held, way
				}
				next = append(next, p)
			}
		}
		if len(next) == 0 {
			return held, append(way, fmt.Sprintf("nothing more points there, after %d steps", depth))
		}
		slices.SortFunc(next, func(a, b *Piece) int {
			if a.Address < b.Address {
				return -1
			}
			return 1
		})
		level = next
	}
	return held, append(way, "the way to a root is long")
}

// covers reports whether a pointer, read as that of a string or a slice, covers
// where a word was found. What is not plainly shorter counts as covering.
func covers(p *Piece, offset uint32, f Find) bool {
	start := p.pointer(offset)
	if start > f.Piece.Address+uint64(f.Offset) { // #nosec G115 -- an offset
		return false
	}
	length := p.pointer(offset + 8)
	if slices.Contains(p.Pointers, offset+8) || length > uint64(len(f.Piece.Bytes)) {
		return true // no string and no slice
	}
	if capacity := p.pointer(offset + 16); capacity >= length && capacity <= uint64(len(f.Piece.Bytes)) && !slices.Contains(p.Pointers, offset+16) {
		length = capacity
	}
	return start+length > f.Piece.Address+uint64(f.Offset) // #nosec G115 -- an offset
}

// describe says what can be told of a piece: the names of the types to which it
// points, and text.
func (d *Dump) describe(p, to *Piece) string {
	var words []string
	for _, offset := range p.Pointers {
		if name, ok := d.Types[p.pointer(offset)]; ok && len(words) < 6 {
			words = append(words, name)
		}
	}
	for offset := uint32(0); int(offset)+8 <= len(p.Bytes) && len(words) < 6 && p.Kind == Object; offset += 8 {
		if name, ok := d.Types[p.pointer(offset)]; ok && !slices.Contains(words, name) {
			words = append(words, name)
		}
	}
	at := ""
	if to != nil {
		for _, offset := range p.Pointers {
			if t := p.pointer(offset); t >= to.Address && t < to.Address+uint64(len(to.Bytes)) {
				at = fmt.Sprintf(" from byte %#x", uint64(offset)+p.Address)
				break
			}
		}
	}
	text := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '.'
		}
		return r
	}, string(p.Bytes[:min(len(p.Bytes), 48)]))
	return fmt.Sprintf("%s of %d bytes%s %v %s", p, len(p.Bytes), at, words, text)
}
