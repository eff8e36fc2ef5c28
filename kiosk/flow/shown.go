package flow

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"chasqui/kiosk"
	"chasqui/kiosk/catalog"
)

// Shown returns a canonical answer as the citizen reads it, in the flow's
// language: "RUN 12.345.678-5", "+56 9 6123 4567", "Los Aromos 124, Temuco".
func (f *Flow) Shown(question string, v kiosk.Value) string { return f.shown(f.question[question], v) }

func (f *Flow) shown(q kiosk.Question, v kiosk.Value) string {
	switch {
	case v.Declined:
		return f.words("answer.declined")
	case v.IsZero():
		return f.words("answer.passed")
	}
	switch q.Type {
	case kiosk.TypeNumber:
		// Four digits may be a year; from five on, groups help to read.
		if n, err := strconv.Atoi(v.Text); err == nil && n >= 10_000 {
			return f.format.Number(n)
		}
	case kiosk.TypeMoney:
		if n, err := strconv.Atoi(v.Text); err == nil {
			return f.format.Money(n)
		}
	case kiosk.TypeDate:
		if day, ok := ParseDate(v.Text); ok {
			return f.format.Date(day)
		}
	case kiosk.TypeManyOf:
		var labels []string
		for _, o := range q.Options {
			if slices.Contains(v.Many, o.ID) {
				labels = append(labels, o.Label)
			}
		}
		return strings.Join(labels, "\n")
	case kiosk.TypeGroup:
		return f.showGroup(q, v.Entries)
	case kiosk.TypeSignature:
		if v.File != nil {
			return f.words("answer.signed")
		}
	case kiosk.TypeYesNo, kiosk.TypeConsent:
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

// Format writes numbers, amounts and days as a language does.
type Format interface {
	// Number writes a whole number, Money an amount of whole pesos.
	Number(n int) string
	Money(pesos int) string
	Date(t time.Time) string
}

// plain is the Format of a flow that was given none: as Chile writes it, without
// a month's name.
type plain struct{}

func (plain) Number(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "." + digits[i:]
	}
	return digits
}

func (p plain) Money(pesos int) string { return "$" + p.Number(pesos) }

func (plain) Date(t time.Time) string { return t.Format("02-01-2006") }
