package station

import (
	"context"
	"errors"

	"chasqui/kiosk"
	"chasqui/kiosk/receipt"
	"chasqui/sync/wire"
)

// Printer implements kiosk.Station.
func (s *Station) Printer() kiosk.Printer {
	if s.cfg.Printer == nil {
		return kiosk.Printer{State: kiosk.PrinterNone}
	}
	return s.cfg.Printer.State()
}

// Print implements kiosk.Station.
func (s *Station) Print(ctx context.Context, language string, r kiosk.Receipt) error {
	content, err := s.receiptContent(language, r)
	if err != nil {
		return err
	}
	if s.cfg.Printer == nil {
		return &kiosk.Problem{Code: kiosk.ProblemPrinter}
	}
	if err := s.cfg.Printer.Print(ctx, content); err != nil {
		s.cfg.Log.Warn("a receipt did not come out", "error", err)
		code := kiosk.ProblemPrinter
		if trouble := (*receipt.Trouble)(nil); errors.As(err, &trouble) && trouble.Perhaps {
			code = kiosk.ProblemPrinterPerhaps
		}
		return &kiosk.Problem{Code: code, Err: err}
	}
	return nil
}

// ReceiptPDF implements kiosk.Station.
func (s *Station) ReceiptPDF(language string, r kiosk.Receipt) ([]byte, error) {
	content, err := s.receiptContent(language, r)
	if err != nil {
		return nil, err
	}
	return receipt.PDF(content)
}

// ReceiptWords implements kiosk.Station.
func (s *Station) ReceiptWords(language string, r kiosk.Receipt) ([]string, error) {
	content, err := s.receiptContent(language, r)
	if err != nil {
		return nil, err
	}
	return receipt.Words(content)
}

// receiptContent is what stands on a receipt, on paper as in the PDF. The words
// are those that are true at this moment: "saved here", until the hub has
// acknowledged.
func (s *Station) receiptContent(language string, r kiosk.Receipt) (receipt.Content, error) {
	if !r.Valid() {
		return receipt.Content{}, &kiosk.Problem{Code: kiosk.ProblemNotReady}
	}
	service, ok := s.cfg.Catalog.Find(r.Service())
	if !ok {
		return receipt.Content{}, &kiosk.Problem{Code: kiosk.ProblemService}
	}
	shown := service.In(language)
	words := func(key string, args ...any) string { return s.cfg.Words(language, key, args...) }
	content := receipt.Content{
		Office: s.cfg.Office.Name, Title: words("receipt.title"), Service: shown.Title,
		FolioLabel: words("receipt.folio"), Folio: r.Folio().String(),
		CodeLabel: words("receipt.code"), Code: wire.GroupShortCode(r.Code()),
		StateText: words("state." + string(s.StateOf(r.ID()))),
		NextTitle: words("receipt.next"),
		Next:      []string{words("receipt.answer", "Time", shown.TimeLimit), words("receipt.ask")},
		When:      words("receipt.when", "Time", r.Created().In(s.location).Format("02-01-2006 15:04")),
		Created:   r.Created(), Language: language,
		Foot: words("receipt.keep"),
	}
	if r.StatusURL() != "" {
		content.StatusLabel, content.StatusURL = words("receipt.status"), r.StatusURL()
	}
	return content, nil
}
