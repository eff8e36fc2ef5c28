package station

import (
	"chasqui/kiosk"
	"chasqui/kiosk/receipt"
	"chasqui/sync/wire"
)

// ReceiptPDF implements kiosk.Station. The words are those that are true at this
// moment: "saved here", until the hub has acknowledged.
func (s *Station) ReceiptPDF(session *kiosk.Session, r kiosk.Receipt) ([]byte, error) {
	if !r.Valid() {
		return nil, &kiosk.Problem{Code: kiosk.ProblemNotReady}
	}
	service, ok := s.cfg.Catalog.Find(r.Service())
	if !ok {
		return nil, &kiosk.Problem{Code: kiosk.ProblemService}
	}
	shown := service.In(session.Language())
	words := func(key string, args ...any) string { return s.cfg.Words(session.Language(), key, args...) }
	content := receipt.Content{
		Office: s.cfg.Office.Name, Title: words("receipt.title"), Service: shown.Title,
		FolioLabel: words("receipt.folio"), Folio: r.Folio().String(),
		CodeLabel: words("receipt.code"), Code: wire.GroupShortCode(r.Code()),
		StateText: words("state." + string(s.StateOf(r.ID()))),
		NextTitle: words("receipt.next"),
		Next:      []string{words("receipt.answer", "Time", shown.TimeLimit), words("receipt.ask")},
		When:      words("receipt.when", "Time", r.Created().In(s.location).Format("02-01-2006 15:04")),
		Created:   r.Created(), Language: session.Language(),
		Foot: words("receipt.keep"),
	}
	if r.StatusURL() != "" {
		content.StatusLabel, content.StatusURL = words("receipt.status"), r.StatusURL()
	}
	return receipt.PDF(content)
}
