// Package canary searches a tree of files for a string that must not be there:
// in the clear, as UTF-16 or UTF-32, base64 or hex, and inside zstd frames and snappy
// blocks wherever they begin. It is how a test shows that what a citizen typed
// is readable in no file of kiosk or hub.
package canary

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf16"

	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
)

// Find is one place where the canary was found.
type Find struct {
	File string
	// As says in which form: "text", "utf-16le", "base64", "zstd/text", …
	As string
}

func (f Find) String() string { return fmt.Sprintf("%s (%s)", f.File, f.As) }

// Search looks through every regular file under the roots. It reports each file
// and form once.
func Search(word string, roots ...string) (finds []Find, files int, err error) {
	forms := Forms(word)
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderMaxMemory(64<<20), zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, 0, err
	}
	defer decoder.Close()
	for _, root := range roots {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if !d.Type().IsRegular() {
				return nil
			}
			b, err := os.ReadFile(path) // #nosec G304 G122 -- a test's own folders
			if err != nil {
				return err
			}
			files++
			for _, as := range inBytes(b, forms, decoder) {
				finds = append(finds, Find{path, as})
			}
			return nil
		})
		if err != nil {
			return nil, files, err
		}
	}
	return finds, files, nil
}

// InBytes returns the forms in which word stands in b.
func InBytes(word string, b []byte) []string {
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderMaxMemory(64<<20), zstd.WithDecoderConcurrency(1))
	if err != nil {
		panic(err)
	}
	defer decoder.Close()
	return inBytes(b, Forms(word), decoder)
}

func inBytes(b []byte, forms map[string][][]byte, decoder *zstd.Decoder) []string {
	found := plain(b, forms, "")
	for at := 0; ; {
		i := bytes.Index(b[at:], []byte{0x28, 0xb5, 0x2f, 0xfd})
		if i < 0 {
			break
		}
		at += i
		// The frame ends where it ends: what follows is not ours to judge.
		out, _ := decoder.DecodeAll(b[at:], nil)
		found = append(found, plain(out, forms, "zstd/")...)
		at += 4
	}
	found = append(found, inSnappy(b, forms)...)
	return unique(found)
}

func plain(b []byte, forms map[string][][]byte, prefix string) []string {
	var found []string
	for as, needles := range forms {
		for _, needle := range needles {
			if bytes.Contains(b, needle) {
				found = append(found, prefix+as)
				break
			}
		}
	}
	return found
}

// inSnappy tries every offset at which a snappy block could begin: a length of
// 32 bytes to 1 MB, then a literal. Blocks have no end mark and no checksum, so the
// decoder is given growing pieces until one is whole.
func inSnappy(b []byte, forms map[string][][]byte) []string {
	var found []string
	out := make([]byte, 0, 1<<20)
	for at := 0; at+2 < len(b); at++ {
		if b[at] == 0 {
			continue
		}
		length, n := binary.Uvarint(b[at:min(len(b), at+4)])
		if n <= 0 || length < 32 || length > 1<<20 {
			continue
		}
		if at+n >= len(b) || b[at+n]&3 != 0 { // the first tag of a block is a literal
			continue
		}
		piece, ok := unsnap(b[at+n:], int(length), out)
		if !ok {
			continue
		}
		found = append(found, plain(piece, forms, "snappy/")...)
	}
	return found
}

// unsnap decodes one block whose end is not known, by the format's own rules
// (snappy format description, 2011): enough to find text, stopping at nonsense.
func unsnap(b []byte, length int, out []byte) ([]byte, bool) {
	out = out[:0]
	for i := 0; i < len(b) && len(out) < length; {
		tag := b[i]
		switch tag & 3 {
		case 0:
			n := int(tag >> 2)
			i++
			if n >= 60 {
				extra := n - 59
				if i+extra > len(b) {
					return nil, false
				}
				n = 0
				for k := range extra {
					n |= int(b[i+k]) << (8 * k)
				}
				i += extra
			}
			n++
			if i+n > len(b) || len(out)+n > length {
				return nil, false
			}
			out = append(out, b[i:i+n]...)
			i += n
		default:
			var n, offset, size int
			switch tag & 3 {
			case 1:
				size = 2
				if i+size > len(b) {
					return nil, false
				}
				n, offset = 4+int(tag>>2&7), int(tag>>5)<<8|int(b[i+1])
			case 2:
				size = 3
				if i+size > len(b) {
					return nil, false
				}
				n, offset = 1+int(tag>>2), int(b[i+1])|int(b[i+2])<<8
			case 3:
				size = 5
				if i+size > len(b) {
					return nil, false
				}
				n, offset = 1+int(tag>>2), int(binary.LittleEndian.Uint32(b[i+1:]))
			}
			i += size
			if offset <= 0 || offset > len(out) || len(out)+n > length {
				return nil, false
			}
			for range n {
				out = append(out, out[len(out)-offset])
			}
		}
	}
	return out, len(out) == length
}

// Forms returns the byte strings to look for, by the name of the form.
func Forms(word string) map[string][][]byte {
	forms := map[string][][]byte{"text": {[]byte(word)}}
	if upper := strings.ToUpper(word); upper != word {
		forms["text"] = append(forms["text"], []byte(upper))
	}
	if lower := strings.ToLower(word); lower != word {
		forms["text"] = append(forms["text"], []byte(lower))
	}
	var little, big []byte
	for _, unit := range utf16.Encode([]rune(word)) {
		little = binary.LittleEndian.AppendUint16(little, unit)
		big = binary.BigEndian.AppendUint16(big, unit)
	}
	forms["utf-16le"], forms["utf-16be"] = [][]byte{little}, [][]byte{big}
	var characters []byte // as Go keeps a []rune in memory
	for _, r := range word {
		characters = binary.LittleEndian.AppendUint32(characters, uint32(r)) // #nosec G115 -- a character
	}
	forms["characters"] = [][]byte{characters}
	digits := hex.EncodeToString([]byte(word))
	forms["hex"] = [][]byte{[]byte(digits), []byte(strings.ToUpper(digits))}
	// base64 depends on where in a group of three the word begins: encode it at
	// each of the three places and keep the characters that are the word's alone.
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for lead := range 3 {
			padded := append(make([]byte, lead), word...)
			encoded := encoding.EncodeToString(padded)
			from := (lead*8 + 5) / 6
			to := len(padded) * 8 / 6
			forms["base64"] = append(forms["base64"], []byte(encoded[from:to]))
		}
	}
	return forms
}

func unique(all []string) []string {
	seen := map[string]bool{}
	var out []string
	for _, s := range all {
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}

// Compress is used by tests that plant a canary.
func Compress(b []byte) (zstdFrame, snappyBlock []byte, err error) {
	encoder, err := zstd.NewWriter(nil)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = encoder.Close() }()
	return encoder.EncodeAll(b, nil), snappy.Encode(nil, b), nil
}
