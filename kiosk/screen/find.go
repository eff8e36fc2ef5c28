package screen

import "chasqui/kiosk"

// find returns the services that somebody's words mean, the likeliest first, in the
// session's language. The words may be in any.
func (a *App) find(text string) []kiosk.Service {
	var out []kiosk.Service
	for _, id := range a.cfg.Catalog.Search(text) {
		if s, ok := a.cfg.Catalog.Find(id); ok {
			out = append(out, s.In(a.session.Language()))
		}
	}
	return out
}
