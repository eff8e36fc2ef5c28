package station

import (
	"net/url"

	"chasqui/sync/wire"
)

// StatusPage returns the address of the page on which any request can be followed
// from home by its folio and code, or "" while the hub has no public one.
func (s *Station) StatusPage() string {
	public := s.cfg.Link.Public()
	if public == "" {
		return ""
	}
	address, err := url.JoinPath(public, wire.PathStatus)
	if err != nil {
		return ""
	}
	return address
}
