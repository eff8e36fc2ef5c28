package catalog

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"chasqui/kiosk"
)

// inWords says in plain words what is wrong with an expression, for somebody who
// has never written one. What CEL says of it stands at the end.
func (c *compiler) inWords(expression string, err error) error {
	said := strings.TrimPrefix(err.Error(), "does not compile: ")
	words := c.slip(expression, said)
	if words == "" {
		return err
	}
	said, _, _ = strings.Cut(said, " | ") // the picture of where it stands
	if _, after, ok := strings.Cut(said, ": "); ok && strings.HasPrefix(said, "ERROR") {
		said = regexp.MustCompile(`^<input>:\d+:\d+: `).ReplaceAllString(after, "")
	}
	return errors.New(words + " (CEL says: " + strings.TrimSpace(said) + ")")
}

var (
	quotedText   = regexp.MustCompile(`"[^"]*"|'[^']*'`)
	singleEquals = regexp.MustCompile(`(?:^|[^=!<>])=(?:[^=<>]|$)`)
	undeclared   = regexp.MustCompile(`undeclared reference to '([^']+)'`)
	noField      = regexp.MustCompile(`undefined field '([^']+)'`)
	noOverload   = regexp.MustCompile(`found no matching overload for '([^']+)' applied to '([^']*)'`)
	quotedNumber = regexp.MustCompile(`(?:answers|entry)\.(\w+)\s*[=!<>]=?\s*["'](-?\d+)["']`)
	bareNumber   = regexp.MustCompile(`(?:answers|entry)\.(\w+)\s*[=!<>]=?\s*(-?\d+)`)
	anAnswer     = regexp.MustCompile(`(?:answers|entry)\.(\w+)`)
)

// signs are what people write for a sign of a condition, outside quotes.
var signs = []struct {
	wrong *regexp.Regexp
	right string
}{
	{regexp.MustCompile(`=>|≥`), `write >= for "at least"`},
	{regexp.MustCompile(`=<|≤`), `write <= for "at most"`},
	{regexp.MustCompile(`<>|≠`), `write != for "is not"`},
	{singleEquals, "write == (two equals signs) to compare"},
	{regexp.MustCompile(`(?i)[\s)](?:and|y)[\s(]`), `write && for "and"`},
	{regexp.MustCompile(`(?i)[\s)](?:or|o)[\s(]`), `write || for "or"`},
	{regexp.MustCompile(`(?i)(?:^|[\s(])not[\s(]`), `write !( … ) for "not", or != for "is not"`},
	{regexp.MustCompile(`(?:^|[^&])&(?:[^&]|$)`), `write && (twice) for "and"`},
	{regexp.MustCompile(`(?:^|[^|])\|(?:[^|]|$)`), `write || (twice) for "or"`},
}

// slip returns what to write instead, "" where the slip is none of the common
// ones.
func (c *compiler) slip(expression, said string) string {
	bare := quotedText.ReplaceAllStringFunc(expression, func(text string) string { return `"` + strings.Repeat("_", len(text)-2) + `"` })
	if hasCurly(bare) {
		return `has curly quotes; write straight ones (")`
	}
	for _, sign := range signs {
		if sign.wrong.MatchString(bare) {
			return "does not read; " + sign.right
		}
	}
	if m := undeclared.FindStringSubmatch(said); m != nil {
		return c.strange(m[1], bare)
	}
	if m := noField.FindStringSubmatch(said); m != nil {
		return c.noQuestion(m[1], bare)
	}
	if m := noOverload.FindStringSubmatch(said); m != nil {
		return c.unlike(expression, m[1], m[2])
	}
	switch {
	case strings.Contains(said, "expected type 'bool' but found"):
		return eachSide
	case strings.HasPrefix(said, "gives "):
		return `is neither true nor false by itself; say what it must be, as in answers.owner == "yes"`
	case strings.Contains(said, "Syntax error"):
		return "does not read; look for a quote or a bracket that is missing or too much, and compare with part 11 of docs/AUTHORING.md"
	}
	return ""
}

const eachSide = `needs a comparison on each side of && and ||, as in answers.owner == "yes" && answers.damage == "roof"`

// strange speaks of a word that CEL does not know.
func (c *compiler) strange(word, bare string) string {
	var choices, ids []string
	for i := range c.def.Questions {
		q := &c.def.Questions[i]
		ids = append(ids, q.ID)
		choices = append(choices, choicesOf(q)...)
		for j := range q.Questions {
			choices = append(choices, choicesOf(&q.Questions[j])...)
		}
	}
	choices = append(choices, "yes", "no", "none", "run", "ipe", "passport", "other")
	// An id with a hyphen reads as a subtraction.
	if i := slices.IndexFunc(choices, func(id string) bool { return strings.HasPrefix(id, word+"-") && strings.Contains(bare, id) }); i >= 0 {
		word = choices[i]
	}
	switch {
	case slices.Contains(choices, word):
		return fmt.Sprintf("names an answer without quotes; write %q in double quotes", word)
	case slices.Contains(ids, word):
		return fmt.Sprintf("names a question without its beginning; write answers.%s", word)
	case word == "entry":
		return "reads entry, which there is only in valid, inside a group"
	}
	return fmt.Sprintf("has a word that it does not know, %q%s A text stands in double quotes, and an answer is answers. and the question's id",
		word, cut(like(word, []string{"answers", "office", "today", "years", "days", "has", "size", "exists", "all"})))
}

// noQuestion speaks of a field that there is not.
func (c *compiler) noQuestion(id, bare string) string {
	var ids []string
	if strings.Contains(bare, "answers."+id) {
		for i := range c.def.Questions {
			ids = append(ids, c.def.Questions[i].ID)
		}
		return fmt.Sprintf("reads answers.%s, and no question has the id %q%s The questions are %s", id, id, cut(like(id, ids)), strings.Join(ids, ", "))
	}
	for _, q := range c.def.Questions {
		for _, inner := range q.Questions {
			ids = append(ids, inner.ID)
		}
	}
	for _, fields := range fixedFields {
		ids = append(ids, sortedKeys(fields)...)
	}
	slices.Sort(ids)
	return fmt.Sprintf("reads a part %q that there is not%s", id, like(id, slices.Compact(ids)))
}

// cut ends a sentence in which nothing is meant for sure.
func cut(meant string) string {
	if meant == "" {
		return "."
	}
	return meant
}

// unlike speaks of things that cannot be compared, or not so.
func (c *compiler) unlike(expression, function, types string) string {
	if m := quotedNumber.FindStringSubmatch(expression); m != nil && strings.Contains(types, "int") {
		return fmt.Sprintf("compares a number with a text: write %s without quotes", m[2])
	}
	switch function {
	case "years", "days":
		return "reckons with something that is no date; write it with a question of type date and today, as in " + function + "(answers.born, today)"
	case "_&&_", "_||_", "!_", "_?_:_":
		return eachSide
	}
	for _, m := range anAnswer.FindAllStringSubmatch(expression, -1) {
		q := c.named(m[1])
		if q == nil {
			continue
		}
		part := func(parts string) string {
			return fmt.Sprintf("reads answers.%s, which has parts; write one of %s behind it", q.ID, parts)
		}
		switch q.Type {
		case kiosk.TypeDocument:
			if strings.Contains(types, documentType) {
				return part(".kind and .number")
			}
		case kiosk.TypeAddress:
			if strings.Contains(types, addressType) {
				return part(".region, .comuna and .street")
			}
		case kiosk.TypeSignature:
			if strings.Contains(types, signatureType) {
				return part(".drawn and .name")
			}
		case kiosk.TypeFile:
			if strings.Contains(types, fileType) {
				return fmt.Sprintf("reads answers.%s, which is a file; write has(answers.%s)", q.ID, q.ID)
			}
		case kiosk.TypeManyOf:
			if strings.Contains(types, "list") && function != "@in" {
				return fmt.Sprintf(`reads answers.%s, in which several can be ticked; write "…" in answers.%s`, q.ID, q.ID)
			}
		case kiosk.TypeGroup:
			if strings.Contains(types, "list") {
				return fmt.Sprintf("reads answers.%s, which has several entries; write answers.%s.size() for how many there are", q.ID, q.ID)
			}
		}
	}
	if m := bareNumber.FindStringSubmatch(expression); m != nil && strings.Contains(types, "string") {
		if q := c.named(m[1]); q != nil && q.Type == kiosk.TypeDate {
			return fmt.Sprintf("compares a date with a number; write years(answers.%s, today) for an age, or days(answers.%s, today)", q.ID, q.ID)
		}
		return fmt.Sprintf("compares a text with a number: write %q in double quotes", m[2])
	}
	if function == "@in" {
		return `does not read; in stands between an answer and a list, as in answers.damage in ["roof", "water"]`
	}
	return "compares things that are not alike; compare with part 11 of docs/AUTHORING.md"
}

// named returns the question of an id, in a group or not.
func (c *compiler) named(id string) *questionDef {
	for i := range c.def.Questions {
		q := &c.def.Questions[i]
		if q.ID == id {
			return q
		}
		for j := range q.Questions {
			if q.Questions[j].ID == id {
				return &q.Questions[j]
			}
		}
	}
	return nil
}
