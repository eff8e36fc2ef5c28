package catalog

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"chasqui/kiosk"
)

var weekdays = map[string]time.Weekday{
	"sun": time.Sunday, "mon": time.Monday, "tue": time.Tuesday, "wed": time.Wednesday,
	"thu": time.Thursday, "fri": time.Friday, "sat": time.Saturday,
}

// readHours turns hours as they are written into those that a computer reckons
// with. A fault names the index of the item that it is in.
func readHours(open []openDef) (hours []kiosk.OpenHours, fault string, at int) {
	for i, o := range open {
		h := kiosk.OpenHours{}
		var ok [2]bool
		h.From, ok[0] = minutes(o.From)
		h.To, ok[1] = minutes(o.To)
		if !ok[0] || !ok[1] {
			return nil, fmt.Sprintf("%q to %q is no time of the day; write \"08:30\"", o.From, o.To), i
		}
		if h.From >= h.To {
			return nil, fmt.Sprintf("%s to %s ends before it starts; change them, or write the night as two", o.From, o.To), i
		}
		for _, name := range o.Days {
			day, ok := weekdays[name]
			if !ok {
				return nil, fmt.Sprintf("%q is no day; write mon, tue, wed, thu, fri, sat or sun", name), i
			}
			if slices.Contains(h.Days, day) {
				return nil, fmt.Sprintf("names %s twice; take one out", name), i
			}
			for _, other := range hours {
				if slices.Contains(other.Days, day) && h.From < other.To && other.From < h.To {
					return nil, fmt.Sprintf("%s to %s overlaps other hours of %s; join them", o.From, o.To, name), i
				}
			}
			h.Days = append(h.Days, day)
		}
		if len(h.Days) == 0 {
			return nil, "names no day; write mon, tue, wed, thu, fri, sat or sun", i
		}
		hours = append(hours, h)
	}
	slices.SortStableFunc(hours, func(a, b kiosk.OpenHours) int { return cmp.Compare(a.From, b.From) })
	return hours, "", 0
}

// minutes reads "08:30" as minutes since midnight; "24:00" is the day's end.
func minutes(text string) (int, bool) {
	if text == "24:00" {
		return 24 * 60, true
	}
	t, err := time.Parse("15:04", text)
	if err != nil || len(text) != len("15:04") {
		return 0, false
	}
	return t.Hour()*60 + t.Minute(), true
}

// readOpen reads the hours of every channel of the definition.
func (s *Service) readOpen() []*problem {
	s.open = map[string][]kiosk.OpenHours{}
	var problems []*problem
	for i, c := range s.def.Channels {
		hours, fault, at := readHours(c.Open)
		if fault != "" {
			problems = append(problems, s.source.problem(s.source.at("channels", i, "open", at), ruleOpen, "the channel %s: %s", c.Channel, fault))
			continue
		}
		if len(hours) > 0 {
			s.open[c.Channel] = hours
		}
	}
	return problems
}

// localFile is the name of a municipality's own facts that are not words.
const localFile = "local.yaml"

// localDef is local.yaml: hours that replace the shared ones, by channel.
type localDef struct {
	Open map[string][]openDef `yaml:"open"`
}

// layHours puts a municipality's own hours over the shared ones.
func (s *Service) layHours(overlay fs.FS, folder string) []*problem {
	file := path.Join(folder, localFile)
	if _, err := fs.Stat(overlay, file); err != nil {
		return nil
	}
	src, err := readSource(overlay, file)
	if err != nil {
		return []*problem{asProblem(file, err)}
	}
	var problems []*problem
	for i := 0; i+1 < len(src.root.Content); i += 2 {
		if key := src.root.Content[i]; key.Value != "open" {
			problems = append(problems, src.problem(key, ruleOverlay, "%q is not a fact that a municipality replaces here; take it out", key.Value))
		}
	}
	var d localDef
	if err := src.root.Decode(&d); err != nil {
		return append(problems, src.problem(src.root, ruleOverlay, "does not read; write open: {counter: [{days: [mon], from: \"09:00\", to: \"13:00\"}]}: %v", err))
	}
	for _, channel := range sortedKeys(d.Open) {
		if !slices.ContainsFunc(s.def.Channels, func(c channelDef) bool { return c.Channel == channel }) {
			problems = append(problems, src.problem(src.at("open", channel), ruleOverlay, "the service has no channel %q; correct it or take it out", channel))
			continue
		}
		hours, fault, at := readHours(d.Open[channel])
		if fault != "" {
			problems = append(problems, src.problem(src.at("open", channel, at), ruleOpen, "the channel %s: %s", channel, fault))
			continue
		}
		s.open[channel] = hours
	}
	return problems
}

// splitKeywords takes everyday words apart at their commas.
func splitKeywords(text string) []string {
	var words []string
	for word := range strings.SplitSeq(strings.Trim(text, "⟦⟧"), ",") {
		if word = strings.TrimSpace(word); word != "" {
			words = append(words, word)
		}
	}
	return words
}
