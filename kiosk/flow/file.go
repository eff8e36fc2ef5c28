package flow

import (
	"bytes"
	"path"
	"strings"
	"unicode/utf8"

	"chasqui/kiosk"
)

// The media that are taken, by how their content begins. What a file's name says
// is not believed.
var media = []struct{ name, magic string }{
	{"image/jpeg", "\xff\xd8\xff"},
	{"image/png", "\x89PNG\r\n\x1a\n"},
	{"application/pdf", "%PDF-"},
}

const maxFileName = 80 // characters

func checkFile(file *kiosk.File) (kiosk.Value, *fault) {
	if file == nil {
		return kiosk.Value{}, nil
	}
	if file.Size > kiosk.MaxFile || len(file.Content) > kiosk.MaxFile {
		return kiosk.Value{}, &fault{code: CodeFileSize, args: []any{"Max", kiosk.MaxFile >> 20}}
	}
	if len(file.Content) == 0 {
		return kiosk.Value{}, &fault{code: CodeFileEmpty}
	}
	name := sniff(file.Content)
	if name == "" {
		return kiosk.Value{}, &fault{code: CodeFileType}
	}
	return kiosk.Value{File: &kiosk.File{
		Name: fileName(file.Name), Media: name, Size: int64(len(file.Content)), Content: file.Content,
	}}, nil
}

func sniff(content []byte) string {
	for _, m := range media {
		if bytes.HasPrefix(content, []byte(m.magic)) {
			return m.name
		}
	}
	return ""
}

// fileName keeps the last element of a name, in characters that can be seen. It
// may be empty.
func fileName(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.Join(strings.Fields(printable(name)), " ")
	for utf8.RuneCountInString(name) > maxFileName {
		_, size := utf8.DecodeRuneInString(name)
		name = strings.TrimSpace(name[size:]) // the end holds the extension
	}
	if name == "." || name == "/" {
		return "" // the review page has a word for it
	}
	return name
}
