package flow

import (
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
	// Entry counts the entries of a group from 1, and Inner is the question in it,
	// where the answer is a group and one of its entries is what cannot be taken.
	Entry int
	Inner string
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
	PartDay    = "day"
	PartMonth  = "month"
	PartYear   = "year"
	PartHour   = "hour"
	PartMinute = "minute"
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
	CodeMoney          = "money"
	CodeAmount         = "amount" // placeholders Min, Max, written as amounts
	CodeDay            = "day"
	CodeMonth          = "month"
	CodeYear           = "year"
	CodeDate           = "date" // a day that its month has not
	CodeTime           = "time"
	CodeTooFew         = "too-few"  // placeholder Min
	CodeTooMany        = "too-many" // placeholder Max
	CodeConsent        = "consent"
	CodeSignature      = "signature"
	CodeFewEntries     = "few-entries"  // placeholder Min
	CodeManyEntries    = "many-entries" // placeholder Max
	CodeRule           = "rule"         // a constraint of the service; its message is its own
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
// the zero Value, and one whose fields are all blank is; one that is sensitive too
// can be declined.
func (f *Flow) Check(question string, v kiosk.Value, a kiosk.Answers) (kiosk.Value, *Trouble) {
	q, ok := f.question[question]
	if !ok {
		return kiosk.Value{}, f.trouble(question, &fault{code: CodeUnknown})
	}
	if q.Type == kiosk.TypeGroup {
		return f.checkGroup(q, v, a)
	}
	good, wrong := f.checkAnswer(q, v)
	if wrong != nil {
		return kiosk.Value{}, f.trouble(question, wrong)
	}
	if constraint, broken := f.source.Broken(question, good, a, f.office, f.now); broken {
		return kiosk.Value{}, f.rule(question, constraint)
	}
	return good, nil
}

// checkAnswer checks an answer by its question alone.
func (f *Flow) checkAnswer(q kiosk.Question, v kiosk.Value) (kiosk.Value, *fault) {
	if v.Declined && q.Optional && q.Sensitive {
		return kiosk.Value{Declined: true}, nil
	}
	good, wrong := canonical(q, v)
	if wrong != nil {
		return kiosk.Value{}, wrong
	}
	if good.IsZero() && !q.Optional {
		return kiosk.Value{}, missing(q)
	}
	if q.Type == kiosk.TypeSignature && good.File != nil {
		good.File.Name = f.words("answer.signature")
	}
	return good, nil
}

// rule returns the trouble of a constraint, in the service's own words. path is
// the question, or the group and the question with a dot between them.
func (f *Flow) rule(path, constraint string) *Trouble {
	message, _ := f.source.Text(f.language, catalog.ConstraintKey(path, constraint))
	return &Trouble{Question: path, Code: CodeRule, Message: message}
}

// trouble finds the words of a fault. path is as in rule.
func (f *Flow) trouble(path string, wrong *fault) *Trouble {
	t := &Trouble{Question: path, Part: wrong.part, Code: wrong.code}
	if own, ok := f.source.Text(f.language, catalog.TroubleKey(path, wrong.code)); ok {
		t.Message = own
		return t
	}
	args := make([]any, len(wrong.args))
	for i, arg := range wrong.args {
		args[i] = arg
		if n, ok := arg.(int); ok && wrong.code == CodeAmount {
			args[i] = f.format.Money(n)
		}
	}
	t.Message = f.words("trouble."+wrong.code, args...)
	return t
}

// missing says which field to fill in first.
func missing(q kiosk.Question) *fault {
	switch q.Type {
	case kiosk.TypeOneOf, kiosk.TypeYesNo, kiosk.TypeManyOf:
		return &fault{code: CodeChoose}
	case kiosk.TypeConsent:
		return &fault{code: CodeConsent}
	case kiosk.TypeSignature:
		return &fault{code: CodeSignature}
	case kiosk.TypeDate:
		return &fault{part: PartDay, code: CodeDay}
	case kiosk.TypeTime:
		return &fault{part: PartHour, code: CodeTime}
	case kiosk.TypeMoney:
		return &fault{code: CodeMoney}
	case kiosk.TypeGroup:
		return &fault{code: CodeFewEntries, args: []any{"Min", max(q.Min, 1)}}
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
	case kiosk.TypeMoney:
		return checkMoney(q, v.Text)
	case kiosk.TypeDate:
		return checkDate(v)
	case kiosk.TypeTime:
		return checkTime(v)
	case kiosk.TypeManyOf:
		return checkMany(q, v.Many)
	case kiosk.TypeSignature:
		return checkSignature(q, v)
	case kiosk.TypeConsent:
		v, wrong := checkChoice(v.Text, "yes", "no")
		if wrong != nil {
			wrong.code = CodeConsent
		}
		return v, wrong
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
