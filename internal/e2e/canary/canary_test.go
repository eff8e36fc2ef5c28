package canary

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

const word = "CanarioQueNadieDebeLeer-7319"

// Guards the search itself: a search that could not find a planted word would
// prove nothing by finding none.
func TestAPlantedWordIsFoundInEveryForm(t *testing.T) {
	text := []byte(strings.Repeat("algo antes, ", 30) + word + strings.Repeat(", algo después", 30))
	frame, block, err := Compress(text)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(frame, []byte(word)) && bytes.Contains(block, []byte(word)) {
		t.Log("the compressors left the word as it was; the forms below still name the container")
	}
	var wide, four []byte
	for _, u := range utf16.Encode([]rune(string(text))) {
		wide = append(wide, byte(u), byte(u>>8))
		four = append(four, byte(u), byte(u>>8), 0, 0)
	}
	junk := bytes.Repeat([]byte{0xff, 0x03, 0x81, 0x7a, 0}, 77)
	for _, c := range []struct {
		name, as string
		b        []byte
	}{
		{"as it is", "text", text},
		{"in capitals", "text", []byte(strings.ToUpper(string(text)))},
		{"as characters", "characters", four},
		{"as UTF-16", "utf-16le", wide},
		{"as hex", "hex", []byte(hex.EncodeToString(text))},
		{"as base64", "base64", []byte(base64.StdEncoding.EncodeToString(text))},
		{"as base64, one byte on", "base64", []byte(base64.StdEncoding.EncodeToString(text[1:]))},
		{"as base64, two bytes on", "base64", []byte(base64.URLEncoding.EncodeToString(text[2:]))},
		{"in a zstd frame", "zstd/text", frame},
		{"in a snappy block", "snappy/text", block},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			content := slices.Concat(junk, c.b, junk)
			if err := os.WriteFile(filepath.Join(dir, "f"), content, 0o600); err != nil {
				t.Fatal(err)
			}
			finds, files, err := Search(word, dir)
			if err != nil || files != 1 {
				t.Fatalf("searched %d files: %v", files, err)
			}
			if !slices.ContainsFunc(finds, func(f Find) bool { return f.As == c.as }) {
				t.Errorf("not found as %s: %v", c.as, finds)
			}
		})
	}
}

func TestNothingIsFoundWhereNothingIs(t *testing.T) {
	frame, block, err := Compress([]byte(strings.Repeat("otra cosa ", 400)))
	if err != nil {
		t.Fatal(err)
	}
	if found := InBytes(word, slices.Concat(frame, block)); len(found) != 0 {
		t.Errorf("found %v", found)
	}
}

func FuzzSearch(f *testing.F) {
	frame, block, err := Compress([]byte("algo " + word))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(frame)
	f.Add(block)
	f.Fuzz(func(_ *testing.T, b []byte) { InBytes(word, b) })
}
