package catalog

import "chasqui/kiosk"

// definition is service.yaml as it is written. The schema beside the services
// says which fields must be there and what they look like.
type definition struct {
	ID        string `yaml:"id"`
	Version   int    `yaml:"version"`
	Unit      string `yaml:"unit"`
	Situation string `yaml:"situation"`
	Icon      string `yaml:"icon"`
	// Languages are those that must be complete, Spanish among them.
	Languages       []string        `yaml:"languages"`
	DigitalComplete bool            `yaml:"digital_complete"`
	RepeatDays      int             `yaml:"repeat_days"`
	Text            headerDef       `yaml:"text"`
	Legal           legalDef        `yaml:"legal"`
	Documents       []documentDef   `yaml:"documents"`
	Channels        []channelDef    `yaml:"channels"`
	Privacy         privacyDef      `yaml:"privacy"`
	Facts           []factDef       `yaml:"facts"`
	Questions       []questionDef   `yaml:"questions"`
	Outcomes        []outcomeDef    `yaml:"outcomes"`
	Suggestions     []suggestionDef `yaml:"suggestions"`
	Tests           []testDef       `yaml:"tests"`
}

type headerDef struct {
	Title     string `yaml:"title"`
	Official  string `yaml:"official"`
	UnitName  string `yaml:"unit_name"`
	Summary   string `yaml:"summary"`
	ForWhom   string `yaml:"for_whom"`
	Cost      string `yaml:"cost"`
	TimeLimit string `yaml:"time_limit"`
}

type legalDef struct {
	Text string `yaml:"text"`
	URL  string `yaml:"url"`
}

type documentDef struct {
	ID   string `yaml:"id"`
	Text string `yaml:"text"`
}

type channelDef struct {
	Channel string `yaml:"channel"`
	Level   string `yaml:"level"`
	Hours   string `yaml:"hours"`
	Place   string `yaml:"place"`
	URL     string `yaml:"url"`
}

type privacyDef struct {
	Who     string `yaml:"who"`
	Why     string `yaml:"why"`
	HowLong string `yaml:"how_long"`
	Rights  string `yaml:"rights"`
}

type factDef struct {
	ID     string `yaml:"id"`
	About  string `yaml:"about"`
	Source string `yaml:"source"`
	URL    string `yaml:"url"`
	Read   string `yaml:"read"`
}

type questionDef struct {
	ID        string             `yaml:"id"`
	Type      kiosk.QuestionType `yaml:"type"`
	When      string             `yaml:"when"`
	Optional  bool               `yaml:"optional"`
	Sensitive bool               `yaml:"sensitive"`
	MaxLength int                `yaml:"max_length"`
	Min       int                `yaml:"min"`
	Max       int                `yaml:"max"`
	Label     string             `yaml:"label"`
	Short     string             `yaml:"short"`
	Step      string             `yaml:"step"`
	Why       string             `yaml:"why"`
	Help      string             `yaml:"help"`
	Options   []optionDef        `yaml:"options"`
	Valid     []validDef         `yaml:"valid"`
	// Trouble holds this question's own words for a trouble code of package flow,
	// where the general ones would say too little.
	Trouble map[string]string `yaml:"trouble"`
}

type optionDef struct {
	ID    string `yaml:"id"`
	Label string `yaml:"label"`
	Hint  string `yaml:"hint"`
	Icon  string `yaml:"icon"`
}

// validDef is a constraint: Rule must hold, or Message says what to do.
type validDef struct {
	ID      string `yaml:"id"`
	Rule    string `yaml:"rule"`
	Message string `yaml:"message"`
}

type outcomeDef struct {
	ID     string              `yaml:"id"`
	Action kiosk.OutcomeAction `yaml:"action"`
	When   string              `yaml:"when"`
	Title  string              `yaml:"title"`
	Next   string              `yaml:"next"`
	URL    string              `yaml:"url"`
}

type suggestionDef struct {
	ID       string       `yaml:"id"`
	When     string       `yaml:"when"`
	Source   string       `yaml:"source"`
	Why      string       `yaml:"why"`
	How      string       `yaml:"how"`
	Wordings []wordingDef `yaml:"wordings"`
}

type wordingDef struct {
	ID     string `yaml:"id"`
	Title  string `yaml:"title"`
	Body   string `yaml:"body"`
	Accept string `yaml:"accept"`
	Refuse string `yaml:"refuse"`
}

// testDef is an example: these answers lead there, past these pages.
type testDef struct {
	Name    string         `yaml:"name"`
	Office  officeDef      `yaml:"office"`
	Today   string         `yaml:"today"`
	Answers map[string]any `yaml:"answers"`
	Outcome string         `yaml:"outcome"`
	Pages   []string       `yaml:"pages"`
}

type officeDef struct {
	Scope  string `yaml:"scope"`
	Region string `yaml:"region"`
	Comuna string `yaml:"comuna"`
}

// text is one translatable text: its key in the message files, its Spanish
// source, and where it stands in service.yaml.
type text struct {
	Key  string
	Text string
	At   []any // path of keys and indexes
}

// texts lists every translatable text that is not empty, in the file's order.
func (d *definition) texts() []text {
	var all []text
	add := func(key, value string, at ...any) {
		if value != "" {
			all = append(all, text{key, value, at})
		}
	}
	t := d.Text
	add("title", t.Title, "text", "title")
	add("official", t.Official, "text", "official")
	add("unit_name", t.UnitName, "text", "unit_name")
	add("summary", t.Summary, "text", "summary")
	add("for_whom", t.ForWhom, "text", "for_whom")
	add("cost", t.Cost, "text", "cost")
	add("time_limit", t.TimeLimit, "text", "time_limit")
	add("legal", d.Legal.Text, "legal", "text")
	for i, doc := range d.Documents {
		add("document."+doc.ID, doc.Text, "documents", i, "text")
	}
	for i, c := range d.Channels {
		add("channel."+c.Channel+".hours", c.Hours, "channels", i, "hours")
		add("channel."+c.Channel+".place", c.Place, "channels", i, "place")
	}
	add("privacy.who", d.Privacy.Who, "privacy", "who")
	add("privacy.why", d.Privacy.Why, "privacy", "why")
	add("privacy.how_long", d.Privacy.HowLong, "privacy", "how_long")
	add("privacy.rights", d.Privacy.Rights, "privacy", "rights")
	for i, f := range d.Facts {
		add("fact."+f.ID, f.About, "facts", i, "about")
	}
	for i, q := range d.Questions {
		key := "question." + q.ID
		add(key+".label", q.Label, "questions", i, "label")
		add(key+".short", q.Short, "questions", i, "short")
		add(key+".step", q.Step, "questions", i, "step")
		add(key+".why", q.Why, "questions", i, "why")
		add(key+".help", q.Help, "questions", i, "help")
		for j, o := range q.Options {
			add(key+".option."+o.ID+".label", o.Label, "questions", i, "options", j, "label")
			add(key+".option."+o.ID+".hint", o.Hint, "questions", i, "options", j, "hint")
		}
		for j, v := range q.Valid {
			add(key+".valid."+v.ID, v.Message, "questions", i, "valid", j, "message")
		}
		for _, code := range sortedKeys(q.Trouble) {
			add(key+".trouble."+code, q.Trouble[code], "questions", i, "trouble", code)
		}
	}
	for i, o := range d.Outcomes {
		add("outcome."+o.ID+".title", o.Title, "outcomes", i, "title")
		add("outcome."+o.ID+".next", o.Next, "outcomes", i, "next")
	}
	for i, s := range d.Suggestions {
		key := "suggestion." + s.ID
		add(key+".why", s.Why, "suggestions", i, "why")
		add(key+".how", s.How, "suggestions", i, "how")
		for j, w := range s.Wordings {
			wording := key + ".wording." + w.ID
			add(wording+".title", w.Title, "suggestions", i, "wordings", j, "title")
			add(wording+".body", w.Body, "suggestions", i, "wordings", j, "body")
			add(wording+".accept", w.Accept, "suggestions", i, "wordings", j, "accept")
			add(wording+".refuse", w.Refuse, "suggestions", i, "wordings", j, "refuse")
		}
	}
	return all
}

// local reports whether a municipality may say the text under key in its own
// words: what differs from town to town, and nothing that a condition rests on.
func local(key string) bool {
	switch key {
	case "cost", "time_limit", "unit_name", "privacy.how_long":
		return true
	}
	return hasAnyPrefix(key, "channel.", "document.")
}
