package screen

import (
	"strings"

	"chasqui/kiosk"
)

// find returns the services that somebody's words mean, the likeliest first.
func (a *App) find(text string) []kiosk.Service {
	var out []kiosk.Service
	words := strings.Fields(strings.ToLower(text))
	if len(words) == 0 {
		return nil
	}
	for _, s := range a.services("") {
		for _, w := range words {
			if strings.Contains(strings.ToLower(s.Title+" "+s.Official+" "+strings.Join(s.Keywords, " ")), w) {
				out = append(out, s)
				break
			}
		}
	}
	return out
}
