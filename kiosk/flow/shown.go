package flow

import (
	"fmt"
	"strings"

	"chasqui/kiosk"
	"chasqui/kiosk/catalog"
)

// Shown returns a canonical answer as the citizen reads it, in the flow's
// language: "RUN 12.345.678-5", "+56 9 6123 4567", "Los Aromos 124, Temuco".
func (f *Flow) Shown(question string, v kiosk.Value) string {
	q := f.question[question]
	if v.IsZero() {
		return f.words("answer.passed")
	}
	switch q.Type {
	case kiosk.TypeYesNo:
		if v.Text == "yes" {
			return f.words("answer.yes")
		}
		return f.words("answer.no")
	case kiosk.TypeOneOf:
		for _, o := range q.Options {
			if o.ID == v.Text {
				return o.Label
			}
		}
	case kiosk.TypePhone:
		return showPhone(v.Text)
	case kiosk.TypeDocument:
		return f.showDocument(v.Parts)
	case kiosk.TypeAddress:
		_, comuna, ok := catalog.FindComuna(v.Parts[PartComuna])
		if ok {
			return v.Parts[PartStreet] + ", " + comuna.Name
		}
		return v.Parts[PartStreet]
	case kiosk.TypeFile:
		if v.File != nil {
			name := v.File.Name
			if name == "" {
				name = f.words("answer.file")
			}
			return fmt.Sprintf("%s (%s)", name, f.showSize(v.File.Size))
		}
	}
	return v.Text
}

func (f *Flow) showDocument(parts map[string]string) string {
	number := parts[PartNumber]
	switch parts[PartKind] {
	case DocumentNone:
		return f.words("document.none")
	case DocumentRUN:
		number = FormatRUN(number)
	}
	return strings.TrimSpace(f.words("document.short."+parts[PartKind]) + " " + number)
}

// showSize returns a size in kilobytes or megabytes, with the decimal sign of the
// language.
func (f *Flow) showSize(bytes int64) string {
	if bytes < 1<<20 {
		return fmt.Sprintf("%d KB", max(1, (bytes+512)>>10))
	}
	tenths := (bytes*10 + 1<<19) >> 20
	return fmt.Sprintf("%d%s%d MB", tenths/10, f.words("answer.decimal"), tenths%10)
}
