package catalog

import (
	"fmt"
	"slices"
	"strings"

	celast "cel.dev/cel-go/common/ast"

	"chasqui/kiosk"
)

// comparison is a text that a condition holds against an answer.
type comparison struct {
	// of is "answers", or "entry" for the entry under way of a group.
	of, question string
	text         string
}

// compare notes what a call holds against an answer: ==, != and in.
func (c *condition) compare(call celast.CallExpr) {
	args := call.Args()
	if len(args) != 2 {
		return
	}
	switch call.FunctionName() {
	case "_==_", "_!=_", "@in":
		c.hold(args[0], args[1])
		c.hold(args[1], args[0])
	}
}

// hold notes the texts of with, one or a list of them, where answer is an answer.
func (c *condition) hold(answer, with celast.Expr) {
	if answer.Kind() != celast.SelectKind || answer.AsSelect().Operand().Kind() != celast.IdentKind {
		return
	}
	of := answer.AsSelect().Operand().AsIdent()
	if of != "answers" && of != "entry" {
		return
	}
	texts := []celast.Expr{with}
	if with.Kind() == celast.ListKind {
		texts = with.AsList().Elements()
	}
	for _, e := range texts {
		if e.Kind() != celast.LiteralKind {
			continue
		}
		if text, ok := e.AsLiteral().Value().(string); ok {
			c.compared = append(c.compared, comparison{of, answer.AsSelect().FieldName(), text})
		}
	}
}

// checkOptions reports whether conditions compare choices only with what can be
// chosen. A text that is no option makes a condition that never holds, and a
// question or an outcome that nobody gets to see why.
func (l *linter) checkOptions() (known bool) {
	known = true
	for _, c := range l.conditions() {
		for _, compared := range c.compared {
			place := l.whereIs(c.source)
			q := l.compared(compared, place)
			if q == nil || compared.text == "" {
				continue
			}
			choices := choicesOf(q)
			if choices == nil || slices.Contains(choices, compared.text) {
				continue
			}
			known = false
			l.say(SeverityError, ruleNoOption, place, "%q is not an option of %s; did you mean %q? The options are %s",
				compared.text, q.ID, nearest(compared.text, choices, 1)[0], strings.Join(choices, ", "))
		}
	}
	return known
}

// compared returns the question of a comparison in the condition at a place.
func (l *linter) compared(c comparison, place []any) *questionDef {
	questions := l.def.Questions
	if c.of == "entry" {
		group, ok := place[1].(int) // entry stands only under a question
		if !ok {
			return nil
		}
		questions = questions[group].Questions
	}
	for i := range questions {
		if questions[i].ID == c.question {
			return &questions[i]
		}
	}
	return nil
}

// choicesOf returns what can be answered to a question that is chosen, not typed.
func choicesOf(q *questionDef) []string {
	switch q.Type {
	case kiosk.TypeOneOf, kiosk.TypeManyOf:
		return optionIDs(q)
	case kiosk.TypeYesNo, kiosk.TypeConsent:
		return []string{"yes", "no"}
	}
	return nil
}

// nearest returns the n names most like a word, the best first.
func nearest(word string, names []string, n int) []string {
	names = slices.Clone(names)
	far := map[string]int{}
	for _, name := range names {
		far[name] = distance(word, name)
		if strings.Contains(name, word) || strings.Contains(word, name) {
			far[name] = min(far[name], 1)
		}
	}
	slices.SortStableFunc(names, func(a, b string) int { return far[a] - far[b] })
	return names[:min(n, len(names))]
}

// like returns the name most like a word where it could be a slip of it, as
// `; did you mean "x"?`, and "" otherwise.
func like(word string, names []string) string {
	for _, name := range nearest(word, names, 1) {
		if distance(word, name) <= max(2, len(word)/3) || strings.Contains(name, word) {
			return fmt.Sprintf("; did you mean %q?", name)
		}
	}
	return ""
}

// distance returns how many letters have to be put in, taken out or changed to
// make one word of another.
func distance(a, b string) int {
	from, to := []rune(a), []rune(b)
	row := make([]int, len(to)+1)
	for j := range row {
		row[j] = j
	}
	for i, r := range from {
		before := row[0]
		row[0] = i + 1
		for j, s := range to {
			change := before
			if r != s {
				change++
			}
			before = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(to)]
}
