package catalog

import "chasqui/kiosk/search"

// Search returns the ids of the services that everyday words lead to, the best
// first, in whatever language they are. Hidden services are not found.
func (c *Catalog) Search(words string) []string { return c.now().search().Find(words) }

func index(services []*Service) *search.Index {
	var entries []search.Entry
	for _, s := range services {
		if s.def.Hidden {
			continue
		}
		e := search.Entry{ID: s.ID()}
		for _, language := range s.spoken() {
			shown := s.In(language)
			e.Titles = append(e.Titles, shown.Title, shown.Official)
			e.Keywords = append(e.Keywords, shown.Keywords...)
			e.Summaries = append(e.Summaries, shown.Summary, shown.ForWhom)
		}
		entries = append(entries, e)
	}
	return search.New(entries)
}
