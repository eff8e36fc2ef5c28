package catalog

import "slices"

// text is one translatable text: its key in the message files, its Spanish
// source, and where it stands in service.yaml.
type text struct {
	Key  string
	Text string
	At   []any // path of keys and indexes
	// Optional says that a language may leave it as it is.
	Optional bool
	// Quoted says that it is somebody else's words, shown to be judged.
	Quoted bool
}

// texts lists every translatable text that is not empty, in the file's order.
func (d *definition) texts() []text {
	var all []text
	add := func(key, value string, at ...any) {
		if value != "" {
			all = append(all, text{Key: key, Text: value, At: at})
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
	add(keywordsKey, t.Keywords, "text", "keywords")
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
	for i := range d.Questions {
		d.Questions[i].texts("question.", add, "questions", i)
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

// texts adds the texts of a question under prefix, and those of a group's own
// questions under the group's name.
func (q *questionDef) texts(prefix string, add func(key, value string, at ...any), at ...any) {
	key := prefix + q.ID
	put := func(under, value string, path ...any) {
		add(key+under, value, slices.Concat(at, path)...)
	}
	put(".label", q.Label, "label")
	put(".short", q.Short, "short")
	put(".step", q.Step, "step")
	put(".why", q.Why, "why")
	put(".help", q.Help, "help")
	put(".statement", q.Statement, "statement")
	put(".entry", q.Entry, "entry")
	for j, o := range q.Options {
		put(".option."+o.ID+".label", o.Label, "options", j, "label")
		put(".option."+o.ID+".hint", o.Hint, "options", j, "hint")
	}
	for j, v := range q.Valid {
		put(".valid."+v.ID, v.Message, "valid", j, "message")
	}
	for _, code := range sortedKeys(q.Trouble) {
		put(".trouble."+code, q.Trouble[code], "trouble", code)
	}
	for j := range q.Questions {
		q.Questions[j].texts(key+".", add, slices.Concat(at, []any{"questions", j})...)
	}
}

// keywordsKey is the message key of a service's everyday words. They are searched
// and never read out, so that the rules for sentences leave them alone.
const keywordsKey = "keywords"

// local reports whether a municipality may say the text under key in its own
// words: what differs from town to town, and nothing that a condition rests on.
func local(key string) bool {
	switch key {
	case "cost", "time_limit", "unit_name", "privacy.how_long":
		return true
	}
	return hasAnyPrefix(key, "channel.", "document.")
}
