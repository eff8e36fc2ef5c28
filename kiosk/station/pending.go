package station

import (
	"context"

	"chasqui/kiosk"
)

func (s *Station) Follow(folio, code string) (kiosk.Followed, error) {
	return kiosk.Followed{}, &kiosk.Problem{Code: kiosk.ProblemUnknownFolio}
}
func (s *Station) Withdraw(context.Context, *kiosk.Session, kiosk.Followed) error {
	return &kiosk.Problem{Code: kiosk.ProblemDisk}
}
func (s *Station) Repeated(*kiosk.Session) (kiosk.Repeat, bool) { return kiosk.Repeat{}, false }
func (s *Station) Ring(*kiosk.Session, string)                  {}
func (s *Station) Rings() []kiosk.Ring                          { return nil }
func (s *Station) Attend(int)                                   {}
func (s *Station) Print(context.Context, *kiosk.Session, kiosk.Receipt) error {
	return &kiosk.Problem{Code: kiosk.ProblemPrinter}
}
func (s *Station) Printer() kiosk.Printer { return kiosk.Printer{State: kiosk.PrinterNone} }
