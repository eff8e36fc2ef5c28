package catalog

import (
	"slices"

	"cel.dev/cel-go/cel"

	"chasqui/kiosk"
	"chasqui/sync/wire"
)

// Service is one service of the catalogue, in all its languages.
type Service struct {
	def    *definition
	source *source
	// index is the place of a question in the definition.
	index map[string]int
	when  []*condition   // by question; nil for always
	valid [][]*condition // by question
	// groups holds the conditions of a group's own questions, by question.
	groups      [][]innerConditions
	outcomeWhen []*condition // by outcome; nil for always
	suggestWhen []*condition // by suggestion
	// decides are the questions that some condition reads; branches those of them
	// that are read by more than their own constraints.
	decides, branches map[string]bool
	// open holds the hours that a computer can read, by channel.
	open map[string][]kiosk.OpenHours
	// texts holds the resolved texts by language and key.
	texts map[string]map[string]string
	// packs are the languages that packs have added.
	packs []string
	// resolved holds the service as shown, by language.
	resolved map[string]kiosk.Service
}

// ID returns the service's id, the name of its folder.
func (s *Service) ID() string { return s.def.ID }

// Version returns the version, from 1. A request keeps it.
func (s *Service) Version() int { return s.def.Version }

// Unit returns the id of the responsible unit in the directory.
func (s *Service) Unit() string { return s.def.Unit }

// Languages returns the languages that the service declares complete.
func (s *Service) Languages() []string { return slices.Clone(s.def.Languages) }

// In returns the service with every text in a language. A text that the language
// lacks stands in Spanish between ⟦ ⟧.
func (s *Service) In(language string) kiosk.Service {
	if resolved, ok := s.resolved[language]; ok {
		return resolved
	}
	return s.resolve(language)
}

// Text returns the text under a message key in a language, and whether the
// service has one. It falls back to Spanish as In does.
func (s *Service) Text(language, key string) (string, bool) {
	source, ok := s.texts[sourceLanguage][key]
	if !ok {
		return "", false
	}
	if text, ok := s.texts[language][key]; ok {
		return text, true
	}
	return visible(source), true
}

// ConstraintKey returns the message key of a question's constraint.
func ConstraintKey(question, constraint string) string {
	return "question." + question + ".valid." + constraint
}

// TroubleKey returns the message key of a question's own words for a trouble.
func TroubleKey(question, code string) string {
	return "question." + question + ".trouble." + code
}

func (s *Service) resolve(language string) kiosk.Service {
	t := func(key string) string {
		text, _ := s.Text(language, key)
		return text
	}
	d := s.def
	out := kiosk.Service{
		ID: d.ID, Version: d.Version, Unit: d.Unit, UnitName: t("unit_name"),
		Title: t("title"), Official: t("official"), Summary: t("summary"), ForWhom: t("for_whom"),
		Situation: d.Situation, Icon: d.Icon, Cost: t("cost"), TimeLimit: t("time_limit"),
		LegalText: t("legal"), LegalURL: d.Legal.URL,
		Privacy: kiosk.Privacy{
			Who: t("privacy.who"), Why: t("privacy.why"), HowLong: t("privacy.how_long"), Rights: t("privacy.rights"),
		},
		DigitalComplete: d.DigitalComplete, RepeatDays: d.RepeatDays,
		Keywords: splitKeywords(t(keywordsKey)), Hidden: d.Hidden,
	}
	for _, doc := range d.Documents {
		text := t("document." + doc.ID)
		out.Documents = append(out.Documents, text)
		if doc.When == "now" {
			out.AtHand = append(out.AtHand, text)
		}
	}
	for _, c := range d.Channels {
		out.Channels = append(out.Channels, kiosk.ServiceChannel{
			Channel: wire.Channel(c.Channel), Level: c.Level, URL: c.URL,
			Hours: t("channel." + c.Channel + ".hours"), Place: t("channel." + c.Channel + ".place"),
			Open: s.open[c.Channel],
		})
	}
	for _, f := range d.Facts {
		out.Facts = append(out.Facts, kiosk.Fact{About: t("fact." + f.ID), Source: f.Source, URL: f.URL, Read: f.Read})
	}
	for i := range d.Questions {
		out.Questions = append(out.Questions, resolveQuestion(&d.Questions[i], "question.", t))
	}
	for _, o := range d.Outcomes {
		key := "outcome." + o.ID
		out.Outcomes = append(out.Outcomes, kiosk.Outcome{
			ID: o.ID, Action: o.Action, Title: t(key + ".title"), Next: t(key + ".next"), URL: o.URL,
		})
	}
	for _, g := range d.Suggestions {
		out.Suggestions = append(out.Suggestions, resolveSuggestion(g, t))
	}
	return out
}

func resolveQuestion(q *questionDef, prefix string, t func(string) string) kiosk.Question {
	key := prefix + q.ID
	out := kiosk.Question{
		ID: q.ID, Type: q.Type, Label: t(key + ".label"), Short: t(key + ".short"), Step: t(key + ".step"),
		Why: t(key + ".why"), Help: t(key + ".help"), Optional: q.Optional, Sensitive: q.Sensitive,
		MaxLength: q.MaxLength, Min: q.Min, Max: q.Max,
		Statement: t(key + ".statement"), Entry: t(key + ".entry"),
	}
	for _, o := range q.Options {
		option := key + ".option." + o.ID
		out.Options = append(out.Options, kiosk.Option{ID: o.ID, Label: t(option + ".label"), Hint: t(option + ".hint"), Icon: o.Icon})
	}
	for i := range q.Questions {
		out.Questions = append(out.Questions, resolveQuestion(&q.Questions[i], key+".", t))
	}
	return out
}

func resolveSuggestion(g suggestionDef, t func(string) string) kiosk.Suggestion {
	key := "suggestion." + g.ID
	out := kiosk.Suggestion{ID: g.ID, Source: g.Source, Why: t(key + ".why"), How: t(key + ".how")}
	for _, w := range g.Wordings {
		wording := key + ".wording." + w.ID
		out.Wordings = append(out.Wordings, kiosk.Wording{
			ID: w.ID, Title: t(wording + ".title"), Body: t(wording + ".body"),
			Accept: t(wording + ".accept"), Refuse: t(wording + ".refuse"),
		})
	}
	return out
}

// Facts are what is known when a suggestion may be made. None is about the
// person.
type Facts struct {
	// PublicURL says that the hub has a public address where a folio can be
	// followed.
	PublicURL bool
	// DigitalComplete is the service's own DigitalComplete.
	DigitalComplete bool
	Language        string
	Service         string
	// DigitalFailedToday says that the person came because the digital way failed.
	DigitalFailedToday bool
	// Outcome is the id of the outcome that the session reached. Empty stands for
	// the service's own outcome of applying here: whoever asks has just filed a
	// request. In a condition, outcome is that id and action its action, "apply".
	Outcome string
}

// Eligible returns the ids of the suggestions that may be made. Two rules are not
// left to an author's condition: nothing is suggested where the digital way is
// not complete, nor to somebody for whom it failed today.
func (s *Service) Eligible(facts Facts) []string {
	if !facts.DigitalComplete || facts.DigitalFailedToday {
		return nil
	}
	action := ""
	for _, o := range s.def.Outcomes {
		if o.ID == facts.Outcome || facts.Outcome == "" && o.Action == kiosk.ActionApply {
			facts.Outcome, action = o.ID, string(o.Action)
			break
		}
	}
	var ids []string
	for i, g := range s.def.Suggestions {
		if s.suggestWhen[i].eval(&world{vars: facts.vars(action)}) == isTrue {
			ids = append(ids, g.ID)
		}
	}
	return ids
}

func (f Facts) vars(action string) map[string]any {
	return map[string]any{
		"public_url": f.PublicURL, "digital_complete": f.DigitalComplete, "language": f.Language, "service": f.Service,
		"digital_failed_today": f.DigitalFailedToday, "outcome": f.Outcome, "action": action,
	}
}

// factsLanguage is the CEL of a suggestion's condition.
func factsLanguage() (*cel.Env, error) {
	return cel.NewEnv(
		cel.Variable("public_url", cel.BoolType),
		cel.Variable("digital_complete", cel.BoolType),
		cel.Variable("digital_failed_today", cel.BoolType),
		cel.Variable("language", cel.StringType),
		cel.Variable("service", cel.StringType),
		cel.Variable("outcome", cel.StringType),
		cel.Variable("action", cel.StringType),
		cel.ParserExpressionSizeLimit(maxExpression),
	)
}
