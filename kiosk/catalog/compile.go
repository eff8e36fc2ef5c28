package catalog

import (
	"slices"

	"cel.dev/cel-go/cel"

	"chasqui/kiosk"
)

// compiler compiles the conditions of one service.
type compiler struct {
	*Service
	lang     *language
	problems []*problem
}

// compileConditions compiles every condition, and refuses one that looks ahead: a
// question may depend on those before it, never on itself or a later one, so
// that no cycle can be written.
func (s *Service) compileConditions() []*problem {
	lang, err := newLanguage(s.def.Questions)
	if err != nil {
		return []*problem{asProblem(s.source.file, err)}
	}
	facts, err := factsLanguage()
	if err != nil {
		return []*problem{asProblem(s.source.file, err)}
	}
	c := &compiler{Service: s, lang: lang}
	for i := range s.def.Questions {
		c.question(i)
	}
	for i, o := range s.def.Outcomes {
		s.outcomeWhen = append(s.outcomeWhen, c.branch(c.build(lang.env, true, o.When, "outcomes", i, "when")))
	}
	for i, g := range s.def.Suggestions {
		s.suggestWhen = append(s.suggestWhen, c.build(facts, false, g.When, "suggestions", i, "when"))
	}
	return c.problems
}

// build compiles the expression at a place. Without one, or with a problem, it
// returns nil.
func (c *compiler) build(env *cel.Env, partial bool, expression string, at ...any) *condition {
	if expression == "" {
		return nil
	}
	built, err := compile(env, expression, partial)
	if err != nil {
		c.problems = append(c.problems, c.source.problem(c.source.at(at...), ruleCondition, "the condition '%s' %v", expression, c.inWords(expression, err)))
		return nil
	}
	for _, id := range built.answers {
		c.decides[id] = true
	}
	return built
}

// branch notes that the answers which a condition reads part the ways.
func (c *compiler) branch(built *condition) *condition {
	if built != nil {
		for _, id := range built.answers {
			c.branches[id] = true
		}
	}
	return built
}

func (c *compiler) question(i int) {
	q := &c.def.Questions[i]
	when := c.branch(c.build(c.lang.env, true, q.When, "questions", i, "when"))
	c.looksAhead(when, q.ID, i-1, "questions", i, "when")
	c.when = append(c.when, when)
	var valid []*condition
	for j, v := range q.Valid {
		built := c.build(c.lang.env, true, v.Rule, "questions", i, "valid", j, "rule")
		c.looksAhead(built, q.ID, i, "questions", i, "valid", j, "rule")
		if built != nil {
			for _, id := range built.answers {
				if id != q.ID {
					c.branches[id] = true
				}
			}
		}
		valid = append(valid, built)
	}
	c.valid = append(c.valid, valid)
	var inner []innerConditions
	if q.Type == kiosk.TypeGroup {
		for j := range q.Questions {
			inner = append(inner, c.inner(i, j))
		}
	}
	c.groups = append(c.groups, inner)
}

// innerConditions are those of one question of a group.
type innerConditions struct {
	when  *condition
	valid []*condition
}

// inner compiles the conditions of a group's question. They read the answers
// before the group; a constraint reads the entry under way too, as far as it.
func (c *compiler) inner(i, j int) innerConditions {
	group := &c.def.Questions[i]
	q := &group.Questions[j]
	when := c.branch(c.build(c.lang.env, false, q.When, "questions", i, "questions", j, "when"))
	c.looksAhead(when, q.ID, i-1, "questions", i, "questions", j, "when")
	out := innerConditions{when: when}
	for k, v := range q.Valid {
		path := []any{"questions", i, "questions", j, "valid", k, "rule"}
		built := c.build(c.lang.groups[group.ID], false, v.Rule, path...)
		c.branch(built)
		c.looksAhead(built, q.ID, i-1, path...)
		if built != nil {
			for _, id := range built.entry {
				if slices.IndexFunc(group.Questions, func(own questionDef) bool { return own.ID == id }) > j {
					c.ahead(q.ID, id, path...)
				}
			}
		}
		out.valid = append(out.valid, built)
	}
	return out
}

func (c *compiler) looksAhead(built *condition, question string, last int, path ...any) {
	if built == nil {
		return
	}
	for _, id := range built.answers {
		if c.index[id] > last {
			c.ahead(question, id, path...)
		}
	}
}

func (c *compiler) ahead(question, on string, path ...any) {
	c.problems = append(c.problems, c.source.problem(c.source.at(path...), ruleCycle,
		"question %q depends on %q, which is not asked before it; change their order", question, on))
}
