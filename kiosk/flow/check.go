package flow

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"chasqui/kiosk"
	"chasqui/kiosk/catalog"
)

// Trouble is an answer that cannot be taken as it is. The answer stays on the
// page.
type Trouble struct {
	Question string
	// Part is the field to return to, one of the Part constants, or "".
	Part string
	// Code is one of the Code constants.
	Code string
	// Message says what to do, in the flow's language.
	Message string
}

// The parts of an answer with several fields.
const (
	PartKind   = "kind"
	PartNumber = "number"
	PartRegion = "region"
	PartComuna = "comuna"
	PartStreet = "street"
)

// The kinds of a document.
const (
	DocumentRUN      = "run"
	DocumentIPE      = "ipe"
	DocumentPassport = "passport"
	DocumentOther    = "other"
	DocumentNone     = "none"
)

// DocumentKinds lists the kinds of a document in the order in which they are
// offered. Their words are under "document."+kind.
func DocumentKinds() []string {
	return []string{DocumentRUN, DocumentIPE, DocumentPassport, DocumentOther, DocumentNone}
}

// The codes of a trouble. The words are under "trouble."+code, unless the service
// has its own for the question.
const (
	CodeRequired       = "required"
	CodeUnreadable     = "unreadable" // no letter and no digit
	CodeTooLong        = "too-long"   // placeholder Max
	CodeNumber         = "number"
	CodeRange          = "range" // placeholders Min, Max
	CodeChoose         = "choose"
	CodeDocumentKind   = "document-kind"
	CodeDocumentNumber = "document-number"
	CodeRUN            = "run"       // not the form of a RUN
	CodeRUNCheck       = "run-check" // the form, with a check digit that does not go with it
	CodePhone          = "phone"
	CodeEmail          = "email"
	CodeRegion         = "region"
	CodeComuna         = "comuna"
	CodeStreet         = "street"
	CodeFileEmpty      = "file-empty"
	CodeFileSize       = "file-size" // placeholder Max, in megabytes
	CodeFileType       = "file-type"
	CodeRule           = "rule" // a constraint of the service; its message is its own
	CodeUnknown        = "unknown-question"
)

// The lengths of a text whose question does not say, in characters.
const (
	defaultText     = 80
	defaultLongText = 1000
	maxStreet       = 120
	maxDocument     = 30
)

// fault is a trouble before its words are found.
type fault struct {
	part, code string
	args       []any
}

// Check brings an answer into its canonical form, or says what is wrong with it.
// a are the other answers: a constraint of the service may compare with them. A
// canonical answer checks to itself. An optional question may be passed by with
// the zero Value, and one whose fields are all blank is.
func (f *Flow) Check(question string, v kiosk.Value, a kiosk.Answers) (kiosk.Value, *Trouble) {
	q, ok := f.question[question]
	if !ok {
		return kiosk.Value{}, f.trouble(question, &fault{code: CodeUnknown})
	}
	canonical, wrong := canonical(q, v)
	if wrong != nil {
		return kiosk.Value{}, f.trouble(question, wrong)
	}
	if canonical.IsZero() {
		if q.Optional {
			return kiosk.Value{}, nil
		}
		return kiosk.Value{}, f.trouble(question, missing(q))
	}
	if constraint, broken := f.source.Broken(question, canonical, a, f.office, f.now); broken {
		message, _ := f.source.Text(f.language, catalog.ConstraintKey(question, constraint))
		return kiosk.Value{}, &Trouble{Question: question, Code: CodeRule, Message: message}
	}
	return canonical, nil
}

func (f *Flow) trouble(question string, wrong *fault) *Trouble {
	t := &Trouble{Question: question, Part: wrong.part, Code: wrong.code}
	if own, ok := f.source.Text(f.language, catalog.TroubleKey(question, wrong.code)); ok {
		t.Message = own
	} else {
		t.Message = f.words("trouble."+wrong.code, wrong.args...)
	}
	return t
}

// missing says which field to fill in first.
func missing(q kiosk.Question) *fault {
	switch q.Type {
	case kiosk.TypeOneOf, kiosk.TypeYesNo:
		return &fault{code: CodeChoose}
	case kiosk.TypeDocument:
		return &fault{part: PartKind, code: CodeDocumentKind}
	case kiosk.TypeAddress:
		return &fault{part: PartStreet, code: CodeStreet}
	case kiosk.TypeFile:
		return &fault{code: CodeFileEmpty}
	}
	return &fault{code: CodeRequired}
}

// canonical checks an answer by its type alone. The zero Value stands for a blank
// answer.
func canonical(q kiosk.Question, v kiosk.Value) (kiosk.Value, *fault) {
	switch q.Type {
	case kiosk.TypeText:
		return checkText(strings.Join(strings.Fields(printable(v.Text)), " "), q.MaxLength, defaultText)
	case kiosk.TypeLongText:
		return checkText(paragraphs(v.Text), q.MaxLength, defaultLongText)
	case kiosk.TypeNumber:
		return checkNumber(q, v.Text)
	case kiosk.TypeYesNo:
		return checkChoice(v.Text, "yes", "no")
	case kiosk.TypeOneOf:
		ids := make([]string, len(q.Options))
		for i, o := range q.Options {
			ids[i] = o.ID
		}
		return checkChoice(v.Text, ids...)
	case kiosk.TypeDocument:
		return checkDocument(v.Parts)
	case kiosk.TypePhone:
		return checkPhone(v.Text)
	case kiosk.TypeEmail:
		return checkEmail(v.Text)
	case kiosk.TypeAddress:
		return checkAddress(v.Parts)
	case kiosk.TypeFile:
		return checkFile(v.File)
	}
	return kiosk.Value{}, &fault{code: CodeUnknown}
}

func textValue(s string) kiosk.Value { return kiosk.Value{Text: s} }

func checkText(text string, maximum, otherwise int) (kiosk.Value, *fault) {
	if maximum == 0 {
		maximum = otherwise
	}
	switch {
	case text == "":
		return kiosk.Value{}, nil
	case utf8.RuneCountInString(text) > maximum:
		return kiosk.Value{}, &fault{code: CodeTooLong, args: []any{"Max", maximum}}
	case !legible(text):
		return kiosk.Value{}, &fault{code: CodeUnreadable}
	}
	return textValue(text), nil
}

// legible reports whether there is a letter or a digit to read.
func legible(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

// printable drops what cannot be seen, so that what is sealed is what was read.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r' || unicode.IsSpace(r):
			return ' '
		case r == utf8.RuneError || !unicode.IsPrint(r):
			return -1
		}
		return r
	}, text)
}

// paragraphs tidies lines and keeps the breaks between them: one empty line at
// most.
func paragraphs(text string) string {
	var lines []string
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.Join(strings.Fields(printable(line)), " ")
		if line == "" && (len(lines) == 0 || lines[len(lines)-1] == "") {
			continue
		}
		lines = append(lines, line)
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

func checkNumber(q kiosk.Question, text string) (kiosk.Value, *fault) {
	text = strings.Join(strings.Fields(text), "")
	if text == "" {
		return kiosk.Value{}, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || len(text) > 9 || strings.HasPrefix(text, "+") || strings.HasPrefix(text, "-") {
		return kiosk.Value{}, &fault{code: CodeNumber}
	}
	if q.Max > 0 && (n > q.Max || n < q.Min) || n < q.Min {
		maximum := q.Max
		if maximum == 0 {
			maximum = 999_999_999
		}
		return kiosk.Value{}, &fault{code: CodeRange, args: []any{"Min", q.Min, "Max", maximum}}
	}
	return textValue(strconv.Itoa(n)), nil
}

func checkChoice(text string, ids ...string) (kiosk.Value, *fault) {
	if text == "" {
		return kiosk.Value{}, nil
	}
	for _, id := range ids {
		if text == id {
			return textValue(text), nil
		}
	}
	return kiosk.Value{}, &fault{code: CodeChoose}
}

func checkAddress(parts map[string]string) (kiosk.Value, *fault) {
	street := strings.Join(strings.Fields(printable(parts[PartStreet])), " ")
	region, comuna := parts[PartRegion], parts[PartComuna]
	if street == "" {
		return kiosk.Value{}, nil // what was prefilled is not an answer
	}
	if !legible(street) {
		return kiosk.Value{}, &fault{part: PartStreet, code: CodeStreet}
	}
	if utf8.RuneCountInString(street) > maxStreet {
		return kiosk.Value{}, &fault{part: PartStreet, code: CodeTooLong, args: []any{"Max", maxStreet}}
	}
	if region == "" && comuna == "" {
		return kiosk.Value{}, &fault{part: PartRegion, code: CodeRegion}
	}
	found, _, ok := catalog.FindComuna(comuna)
	if !ok || region != "" && region != found.Code {
		return kiosk.Value{}, &fault{part: PartComuna, code: CodeComuna}
	}
	return kiosk.Value{Parts: map[string]string{PartRegion: found.Code, PartComuna: comuna, PartStreet: street}}, nil
}
