package catalog

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"cel.dev/cel-go/cel"
	celast "cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"chasqui/kiosk"
)

// A condition is CEL over three names:
//
//	answers  the answers of this service, by question id
//	office   scope, municipality, region, comuna: text
//	today    timestamp, the kiosk's clock
//
// An answer's type follows its question's: text, long-text, one-of, phone and
// e-mail are text; yes-no and consent are "yes" or "no"; number and money are
// ints; date is text, "2026-11-23", and time too, "14:05"; many-of is a list of
// option ids; document has kind and number; address has region, comuna and
// street; file has name, media and size; signature has drawn and name; a group is
// a list of its entries, each with the answers to the group's own questions:
// answers.people.exists(p, p.age >= 18). A name that is no question does not
// compile.
//
// Dates are reckoned by two functions, on the calendar of today's own time zone:
//
//	years(date, today)  completed years from the date to today: an age; negative
//	                    when the date is still to come
//	days(date, today)   days from today to the date, negative when it is past
//
// Both are 0 for an empty date. A constraint inside a group has a fourth name,
// entry: the answers of the entry under way.
//
// An answer that was passed by, and that of a question which is not asked, reads
// as empty: "", 0, or a record of such. has(answers.x) tells an empty answer from
// a given one. An answer that is still to come is unknown rather than empty: a
// condition that depends on it is undecided, and one that does not ("false && …")
// is decided already. So no condition fails for want of an answer.
//
// Should one fail all the same (a division by zero, a cost over the limit), the
// person is not the one to pay: its question is asked, its outcome does not
// apply, its constraint holds. The linter runs every example to find such a one.

// The bounds of a condition.
const (
	maxExpression = 1000  // characters
	maxCost       = 2_000 // CEL's units of work; those of the catalogue take under a hundred
)

// truth is what a condition says.
type truth int

const (
	isFalse truth = iota
	isTrue
	isUnknown
	isFailed
)

// condition is a compiled expression.
type condition struct {
	source  string
	program cel.Program
	// answers are the ids of the questions it reads, entry those of the entry under
	// way; literals the texts and numbers in it, for finding values worth trying.
	answers  []string
	entry    []string
	literals []string
	numbers  []int64
	// today says that it reads the clock other than to reckon with a date, clock that
	// it reads the clock at all.
	today, clock bool
	// compared are the texts that it holds against answers.
	compared []comparison
}

// language is the CEL of one service: its names and their types.
type language struct {
	env *cel.Env
	// groups is env with the name entry, by the id of the group.
	groups map[string]*cel.Env
}

const (
	answersType  = "chasqui.Answers"
	documentType = "chasqui.Document"
	addressType  = "chasqui.Address"
	fileType     = "chasqui.File"
	officeType   = "chasqui.Office"

	signatureType = "chasqui.Signature"
	entryType     = "chasqui.Entry." // and the group's id
)

// fixedFields are the records that are the same in every service.
var fixedFields = map[string]map[string]*types.Type{
	documentType: {"kind": types.StringType, "number": types.StringType},
	addressType:  {"region": types.StringType, "comuna": types.StringType, "street": types.StringType},
	fileType:     {"name": types.StringType, "media": types.StringType, "size": types.IntType},

	signatureType: {"drawn": types.BoolType, "name": types.StringType},

	officeType: {"scope": types.StringType, "municipality": types.StringType, "region": types.StringType, "comuna": types.StringType},
}

func celType(q *questionDef) *types.Type {
	switch q.Type {
	case kiosk.TypeNumber, kiosk.TypeMoney:
		return types.IntType
	case kiosk.TypeManyOf:
		return types.NewListType(types.StringType)
	case kiosk.TypeDocument:
		return types.NewObjectType(documentType)
	case kiosk.TypeAddress:
		return types.NewObjectType(addressType)
	case kiosk.TypeFile:
		return types.NewObjectType(fileType)
	case kiosk.TypeSignature:
		return types.NewObjectType(signatureType)
	case kiosk.TypeGroup:
		return types.NewListType(types.NewObjectType(entryType + q.ID))
	}
	return types.StringType
}

// newLanguage returns the CEL in which conditions over these questions are
// written.
func newLanguage(questions []questionDef) (*language, error) {
	records := map[string]map[string]*types.Type{answersType: {}}
	for i := range questions {
		q := &questions[i]
		records[answersType][q.ID] = celType(q)
		if q.Type != kiosk.TypeGroup {
			continue
		}
		entry := map[string]*types.Type{}
		for j := range q.Questions {
			entry[q.Questions[j].ID] = celType(&q.Questions[j])
		}
		records[entryType+q.ID] = entry
	}
	registry, err := types.NewRegistry()
	if err != nil {
		return nil, fmt.Errorf("catalog: CEL registry: %w", err)
	}
	env, err := cel.NewEnv(
		cel.CustomTypeAdapter(registry),
		cel.CustomTypeProvider(&recordTypes{Provider: registry, records: records}),
		cel.Variable("answers", cel.ObjectType(answersType)),
		cel.Variable("office", cel.ObjectType(officeType)),
		cel.Variable("today", cel.TimestampType),
		dateFunction("years", years),
		dateFunction("days", days),
		cel.ParserExpressionSizeLimit(maxExpression),
	)
	if err != nil {
		return nil, fmt.Errorf("catalog: CEL environment: %w", err)
	}
	lang := &language{env: env, groups: map[string]*cel.Env{}}
	for i := range questions {
		if questions[i].Type != kiosk.TypeGroup {
			continue
		}
		id := questions[i].ID
		if lang.groups[id], err = env.Extend(cel.Variable("entry", cel.ObjectType(entryType+id))); err != nil {
			return nil, fmt.Errorf("catalog: CEL environment: %w", err)
		}
	}
	return lang, nil
}

// compile checks an expression's types and makes it ready to run.
func compile(env *cel.Env, expression string, partial bool) (*condition, error) {
	checked, issues := env.Compile(expression)
	if issues != nil && issues.Err() != nil {
		return nil, fmt.Errorf("does not compile: %s", strings.ReplaceAll(issues.Err().Error(), "\n", " "))
	}
	if checked.OutputType() != cel.BoolType {
		return nil, fmt.Errorf("gives %s; write one that gives true or false", checked.OutputType())
	}
	options := []cel.ProgramOption{cel.CostLimit(maxCost)}
	if partial {
		options = append(options, cel.EvalOptions(cel.OptPartialEval))
	}
	program, err := env.Program(checked, options...)
	if err != nil {
		return nil, err
	}
	c := &condition{source: expression, program: program}
	c.inspect(checked)
	return c, nil
}

func (c *condition) inspect(checked *cel.Ast) {
	clock, reckoned := 0, 0
	all := celast.MatchDescendants(celast.NavigateAST(checked.NativeRep()), celast.AllMatcher())
	for _, e := range all {
		switch e.Kind() {
		case celast.SelectKind:
			operand := e.AsSelect().Operand()
			if operand.Kind() != celast.IdentKind {
				continue
			}
			switch operand.AsIdent() {
			case "answers":
				c.answers = append(c.answers, e.AsSelect().FieldName())
			case "entry":
				c.entry = append(c.entry, e.AsSelect().FieldName())
			}
		case celast.IdentKind:
			if e.AsIdent() == "today" {
				clock++
			}
		case celast.CallKind:
			call := e.AsCall()
			c.compare(call)
			if args := call.Args(); (call.FunctionName() == "years" || call.FunctionName() == "days") &&
				len(args) == 2 && args[1].Kind() == celast.IdentKind && args[1].AsIdent() == "today" {
				reckoned++
			}
		case celast.LiteralKind:
			switch v := e.AsLiteral().Value().(type) {
			case string:
				c.literals = append(c.literals, v)
			case int64:
				c.numbers = append(c.numbers, v)
			}
		}
	}
	c.today, c.clock = clock > reckoned, clock > 0
	for _, ids := range []*[]string{&c.answers, &c.entry} {
		slices.Sort(*ids)
		*ids = slices.Compact(*ids)
	}
}

// world is everything a condition can see.
type world struct {
	vars    map[string]any
	answers *record
	// unknown are the questions whose answers are still to come.
	unknown map[string]bool
}

// eval runs the condition. A nil condition holds.
func (c *condition) eval(w *world) truth {
	if c == nil {
		return isTrue
	}
	var unknown []*cel.AttributePatternType
	for _, id := range c.answers {
		if w.unknown[id] {
			unknown = append(unknown, cel.AttributePattern("answers").QualString(id))
		}
	}
	var vars any = w.vars
	if len(unknown) > 0 {
		partial, err := cel.PartialVars(w.vars, unknown...)
		if err != nil {
			return isFailed
		}
		vars = partial
	}
	value, _, err := c.program.Eval(vars)
	switch {
	case err != nil:
		return isFailed
	case types.IsUnknown(value):
		return isUnknown
	case value == types.True:
		return isTrue
	case value == types.False:
		return isFalse
	}
	return isFailed
}

// world returns what conditions see before anything is answered: every answer
// empty and none unknown.
func (s *Service) world(office kiosk.Office, now time.Time) *world {
	answers := &record{typ: types.NewObjectType(answersType), fields: map[string]ref.Val{}, set: map[string]bool{}}
	w := &world{answers: answers, unknown: map[string]bool{}, vars: map[string]any{
		"answers": answers,
		"office": textRecord(officeType, map[string]string{
			"scope": office.Scope, "municipality": office.Municipality, "region": office.Region, "comuna": office.Comuna,
		}),
		"today": now,
	}}
	for i := range s.def.Questions {
		q := &s.def.Questions[i]
		answers.fields[q.ID] = celValue(q, kiosk.Value{})
	}
	return w
}

// know makes an answer known. An empty one reads as empty.
func (w *world) know(q *questionDef, v kiosk.Value) {
	delete(w.unknown, q.ID)
	w.answers.fields[q.ID] = celValue(q, v)
	w.answers.set[q.ID] = given(v)
}

// known returns a world in which these answers, and no others, were given.
func (s *Service) known(a kiosk.Answers, office kiosk.Office, now time.Time) *world {
	w := s.world(office, now)
	for i := range s.def.Questions {
		if v, ok := a[s.def.Questions[i].ID]; ok {
			w.know(&s.def.Questions[i], v)
		}
	}
	return w
}

// given reports whether an answer says anything. What somebody would rather not
// say reads as empty.
func given(v kiosk.Value) bool { return !v.IsZero() && !v.Declined }

func celValue(q *questionDef, v kiosk.Value) ref.Val {
	switch q.Type {
	case kiosk.TypeNumber, kiosk.TypeMoney:
		n, err := strconv.ParseInt(v.Text, 10, 64)
		if err != nil {
			return types.Int(0) // empty reads as 0
		}
		return types.Int(n)
	case kiosk.TypeManyOf:
		return types.NewStringList(types.DefaultTypeAdapter, v.Many)
	case kiosk.TypeDocument:
		return textRecord(documentType, v.Parts)
	case kiosk.TypeAddress:
		return textRecord(addressType, v.Parts)
	case kiosk.TypeFile:
		r := textRecord(fileType, nil)
		if v.File != nil {
			r = textRecord(fileType, map[string]string{"name": v.File.Name, "media": v.File.Media})
			r.fields["size"], r.set["size"] = types.Int(v.File.Size), true
		}
		return r
	case kiosk.TypeSignature:
		r := textRecord(signatureType, map[string]string{"name": v.Text})
		r.fields["drawn"], r.set["drawn"] = types.Bool(v.File != nil), v.File != nil
		return r
	case kiosk.TypeGroup:
		entries := make([]ref.Val, len(v.Entries))
		for i, e := range v.Entries {
			entries[i] = entryRecord(q, e)
		}
		return types.NewRefValList(types.DefaultTypeAdapter, entries)
	}
	return types.String(v.Text)
}

// entryRecord returns one entry of a group as a condition sees it. A question of
// it without an answer reads as empty.
func entryRecord(q *questionDef, a kiosk.Answers) *record {
	r := &record{typ: types.NewObjectType(entryType + q.ID), fields: map[string]ref.Val{}, set: map[string]bool{}}
	for i := range q.Questions {
		inner := &q.Questions[i]
		v := a[inner.ID]
		r.fields[inner.ID], r.set[inner.ID] = celValue(inner, v), given(v)
	}
	return r
}

var errNoField = errors.New("catalog: no such field")
