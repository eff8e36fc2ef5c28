package station

import (
	"slices"

	"chasqui/kiosk"
	"chasqui/sync/wire"
)

// mostRings bounds how many calls are kept. Where nobody has attended to so many,
// the oldest are forgotten: who made them has long gone, and whoever calls now is
// still there.
const mostRings = 50

// ring is a call and the visit that made it.
type ring struct {
	kiosk.Ring
	session string
}

// Ring implements kiosk.Station. Calls are kept in memory alone: a restart of the
// program forgets them, since whoever called is then in front of a blank screen
// and no longer where the call says. A visit has one call at a time, however often
// it rings.
func (s *Station) Ring(session *kiosk.Session, page string) {
	s.mu.Lock()
	waits := slices.ContainsFunc(s.rings, func(r ring) bool { return r.session == session.ID() })
	if waits {
		s.mu.Unlock()
		return
	}
	s.rung++
	r := kiosk.Ring{ID: s.rung, At: s.Now(), Service: session.Service(), Page: page, Language: session.Language()}
	s.rings = append(s.rings[max(0, len(s.rings)-mostRings+1):], ring{r, session.ID()})
	s.count(kiosk.Event{
		At: r.At, Name: wire.EventHelp, Service: r.Service, ServiceVersion: s.version(r.Service),
		Channel: session.Channel(), Language: r.Language, Detail: "ring/" + page,
	})
	s.mu.Unlock()
	s.stir()
	s.cfg.OnChange()
}

// version returns a service's version, 0 for none.
func (s *Station) version(service string) int {
	if known, ok := s.cfg.Catalog.Find(service); ok {
		return known.Version()
	}
	return 0
}

// Rings implements kiosk.Station.
func (s *Station) Rings() []kiosk.Ring {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]kiosk.Ring, len(s.rings))
	for i, r := range s.rings {
		out[i] = r.Ring
	}
	return out
}

// Attend implements kiosk.Station. A call that nobody knows any more is none.
func (s *Station) Attend(id int) {
	s.mu.Lock()
	before := len(s.rings)
	s.rings = slices.DeleteFunc(s.rings, func(r ring) bool { return r.ID == id })
	changed := len(s.rings) != before
	s.mu.Unlock()
	if changed {
		s.cfg.OnChange()
	}
}
