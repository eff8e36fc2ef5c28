package catalog

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// Skeleton returns the message file of a service or lesson in a language, with a
// line for every text that it lacks: empty, below the Spanish text. What the file
// has already stays as it is, to the byte. lacks is the number of those lines.
func Skeleton(fsys fs.FS, folder, language string) (file []byte, lacks int, err error) {
	words, problems := wordsOf(fsys, folder)
	if len(problems) > 0 {
		return nil, 0, problems[0]
	}
	m, err := readMessages(fsys, folder, language)
	if err != nil {
		return nil, 0, err
	}
	var out bytes.Buffer
	if m == nil {
		m = &messages{}
		fmt.Fprintf(&out, "# %s in the language %q. Write each translation between the quotes, below the\n# Spanish text. What is not written yet is shown in Spanish.\n", folder, language)
	} else {
		b, err := fs.ReadFile(fsys, path.Join(folder, language+".yaml"))
		if err != nil {
			return nil, 0, err
		}
		out.Write(b)
		if len(b) > 0 && !bytes.HasSuffix(b, []byte("\n")) {
			out.WriteByte('\n')
		}
	}
	for _, t := range words {
		if _, there := m.text[t.Key]; there || t.Optional {
			continue
		}
		lacks++
		fmt.Fprintf(&out, "\n# %s\n%s: \"\"\n", strings.ReplaceAll(t.Text, "\n", "\n# "), t.Key)
	}
	return out.Bytes(), lacks, nil
}

// wordsOf returns the texts of the service or lesson in a folder.
func wordsOf(fsys fs.FS, folder string) ([]text, []*problem) {
	if _, err := fs.Stat(fsys, path.Join(folder, lessonFile)); err == nil {
		l, problems := loadLesson(fsys, folder)
		if len(problems) > 0 {
			return nil, problems
		}
		return l.words, nil
	}
	s, problems := readService(fsys, folder)
	if len(problems) > 0 {
		return nil, problems
	}
	return s.def.texts(), nil
}

// FolderTexts is Catalog.Texts for the services and lessons of a folder alone, with
// what a language's files have there whether or not a service declares it. only
// names one of them, "" is for all.
func FolderTexts(fsys fs.FS, only, language string) ([]Text, error) {
	var out []Text
	for _, kind := range []struct{ name, file string }{{packServices, serviceFile}, {packLessons, lessonFile}} {
		folders, err := foldersWith(fsys, kind.file)
		if err != nil {
			return nil, err
		}
		for _, folder := range folders {
			if only != "" && only != folder {
				continue
			}
			words, problems := wordsOf(fsys, folder)
			if len(problems) > 0 {
				return nil, problems[0]
			}
			m, err := readMessages(fsys, folder, language)
			if err != nil {
				return nil, err
			}
			if m == nil {
				m = &messages{}
			}
			for _, t := range words {
				if !t.Optional {
					out = append(out, textOf(kind.name, folder, t, m.text[t.Key]))
				}
			}
		}
	}
	return out, nil
}
