// Package heap reads what debug.WriteHeapDump writes and searches it for words that
// must not be there.
//
// A dump holds the objects that the program could still use when it was written,
// and the memory of objects that were given out since the last collection; the
// segments of global variables; and the frames of every goroutine's stack. It does
// not hold memory that was freed and not given out again. So a dump is taken after
// a few collections, and what freed memory may still hold is not seen by it.
//
// A live object may be a little smaller than the memory it lies in, and what the
// memory held before may show at its end. That too is freed memory; a find says
// whether it lies where something points.
package heap

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// Kind says what a piece of memory is.
type Kind string

// The kinds.
const (
	Object Kind = "object"
	Global Kind = "global variables"
	Stack  Kind = "stack"
)

// Piece is memory of the program.
type Piece struct {
	Kind    Kind
	Name    string // the function of a stack's frame
	Address uint64
	Bytes   []byte
	// Pointers are the offsets at which the collector sees pointers.
	Pointers []uint32
}

// Dump is a heap dump.
type Dump struct {
	Pieces []Piece
	// Types are the names of types, by their address.
	Types map[uint64]string
	// roots are addresses that are held by the runtime itself.
	roots []uint64
}

const header = "go1.7 heap dump\n"

// The records, as runtime/heapdump.go of Go 1.26 writes them.
const (
	tagEOF, tagObject, tagOtherRoot, tagType, tagGoroutine, tagFrame = 0, 1, 2, 3, 4, 5
	tagParams, tagFinalizer, tagItab, tagThread, tagMemory           = 6, 7, 8, 9, 10
	tagQueued, tagData, tagBSS, tagDefer, tagPanic                   = 11, 12, 13, 14, 15
	tagProfile, tagSample                                            = 16, 17
)

// reader reads a dump's numbers and strings; the first fault stays.
type reader struct {
	b   []byte
	at  int
	err error
}

func (r *reader) number() uint64 {
	n, size := binary.Uvarint(r.b[r.at:])
	if size <= 0 {
		r.fail()
		return 0
	}
	r.at += size
	return n
}

func (r *reader) numbers(n int) {
	for range n {
		r.number()
	}
}

func (r *reader) bytes() []byte {
	n := r.number()
	if n > uint64(len(r.b)-r.at) { // #nosec G115 -- a length
		r.fail()
		return nil
	}
	out := r.b[r.at : r.at+int(n)] // #nosec G115 -- checked above
	r.at += int(n)                 // #nosec G115 -- checked above
	return out
}

func (r *reader) pointers() []uint32 {
	var out []uint32
	for r.err == nil {
		kind := r.number()
		if kind == 0 {
			return out
		}
		if kind != 1 {
			r.fail()
			return nil
		}
		out = append(out, uint32(r.number())) // #nosec G115 -- an offset within a piece
	}
	return nil
}

func (r *reader) fail() {
	if r.err == nil {
		r.err = fmt.Errorf("the heap dump cannot be read at byte %d", r.at)
	}
	r.at = len(r.b)
}

// Read reads a dump.
func Read(b []byte) (*Dump, error) {
	if !bytes.HasPrefix(b, []byte(header)) {
		return nil, errors.New("this is no heap dump of Go")
	}
	r := &reader{b: b, at: len(header)}
	d := &Dump{Types: map[uint64]string{}}
	for r.err == nil {
		switch tag := r.number(); tag {
		case tagEOF:
			slices.SortFunc(d.Pieces, func(a, b Piece) int {
				if a.Address < b.Address {
					return -1
				}
				return 1
			})
			return d, r.err
		case tagObject:
			d.Pieces = append(d.Pieces, Piece{Kind: Object, Address: r.number(), Bytes: r.bytes(), Pointers: r.pointers()})
		case tagData, tagBSS:
			d.Pieces = append(d.Pieces, Piece{Kind: Global, Address: r.number(), Bytes: r.bytes(), Pointers: r.pointers()})
		case tagFrame:
			p := Piece{Kind: Stack, Address: r.number()}
			r.numbers(2)
			p.Bytes = r.bytes()
			r.numbers(3)
			p.Name = string(r.bytes())
			p.Pointers = r.pointers()
			d.Pieces = append(d.Pieces, p)
		case tagType:
			at := r.number()
			r.number()
			d.Types[at] = string(r.bytes())
			r.number()
		case tagItab:
			itab, of := r.number(), r.number()
			d.Types[itab] = d.Types[of]
		case tagOtherRoot:
			r.bytes()
			d.roots = append(d.roots, r.number())
		case tagGoroutine:
			r.numbers(8)
			r.bytes()
			r.numbers(4)
		case tagParams:
			r.numbers(4)
			r.bytes()
			r.bytes()
			r.number()
		case tagFinalizer, tagQueued:
			d.roots = append(d.roots, r.number(), r.number())
			r.numbers(3)
		case tagThread:
			r.numbers(3)
		case tagMemory:
			r.numbers(24 + 256 + 1)
		case tagDefer:
			r.numbers(7)
		case tagPanic:
			r.numbers(6)
		case tagProfile:
			r.numbers(2)
			for range r.number() {
				r.bytes()
				r.bytes()
				r.number()
				if r.err != nil {
					break
				}
			}
			r.numbers(2)
		case tagSample:
			r.numbers(2)
		default:
			r.fail()
		}
	}
	return nil, r.err
}
