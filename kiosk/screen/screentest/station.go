package screentest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"chasqui/kiosk"
	"chasqui/locales"
	"chasqui/sync/wire"
)

// PIN opens the fake's desk.
const PIN = "2468"

// Station is a fake kiosk.Station. Set its fields before the screen uses it.
type Station struct {
	mu sync.Mutex

	Settings kiosk.Office
	Strip    kiosk.Status
	// State is what StateOf answers; "" for saved.
	State wire.State
	// Fail is what Submit answers, nil for a receipt.
	Fail error
	// Forge makes Submit answer with a receipt that proves nothing, and no error.
	Forge bool
	// URL is where requests can be followed from home.
	URL string
	// Suggest is what Offer answers, with Offered.
	Suggest kiosk.Offer
	Offered bool
	Items   []kiosk.DeskItem
	Health  kiosk.Device
	// Clock is the station's clock.
	Clock func() time.Time

	// Known are the requests that Follow finds; Repeat is what Repeated answers;
	// Paper is the printer, which prints while it is ready.
	Known  []kiosk.Followed
	Repeat kiosk.Repeat
	Paper  kiosk.Printer

	// Wait makes Follow ask for patience.
	Wait time.Duration
	// Unread is what Follow answers when its disk cannot be read.
	Unread error
	// Jam makes Print fail.
	Jam bool
	// NoKeys makes CanFile say no, as where a unit's keys have not come yet.
	NoKeys bool
	// Perhaps makes Print fail after the paper may have come out.
	Perhaps bool

	rings     []kiosk.Ring
	rung      int
	amended   []kiosk.Amendment
	withdrawn []wire.ID
	printed   []string
	events    []kiosk.Event
	submitted []kiosk.Answers
	answers   []string
	tally     map[string]int
	wrong     int
}

var _ kiosk.Station = (*Station)(nil)

// Office implements kiosk.Station.
func (s *Station) Office() kiosk.Office { return s.Settings }

// Submit implements kiosk.Station: it keeps a copy of the answers.
func (s *Station) Submit(_ context.Context, session *kiosk.Session) (kiosk.Receipt, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.Fail != nil {
		return kiosk.Receipt{}, s.Fail
	}
	if s.Forge {
		return kiosk.Receipt{}, nil
	}
	s.submitted = append(s.submitted, session.Answers())
	id := wire.ID{0x01, 0x93, 0x57, byte(len(s.submitted))} // #nosec G115 -- a test files a handful
	if amendment := session.Amendment(); amendment.Kind != "" {
		s.amended = append(s.amended, amendment)
		request := amendment.Request
		return kiosk.NewReceipt(id, request.Folio, request.Code, session.Service(), s.URL, s.Clock()), nil
	}
	return kiosk.NewReceipt(id, "K7M402918374", "482913", session.Service(), s.URL, s.Clock()), nil
}

// CanFile implements kiosk.Station.
func (s *Station) CanFile(string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.NoKeys
}

// Emit implements kiosk.Station.
func (s *Station) Emit(e kiosk.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = append(s.events, e)
}

// Status implements kiosk.Station.
func (s *Station) Status() kiosk.Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Strip
}

// SetStatus changes what the strip tells.
func (s *Station) SetStatus(status kiosk.Status) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Strip = status
}

// StateOf implements kiosk.Station.
func (s *Station) StateOf(id wire.ID) wire.State {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.Known {
		if f.ID == id {
			return f.State
		}
	}
	if s.State == "" {
		return wire.StateSaved
	}
	return s.State
}

// SetState changes where every request stands.
func (s *Station) SetState(state wire.State) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.State = state
}

// Offer implements kiosk.Station.
func (s *Station) Offer(*kiosk.Session, kiosk.Receipt) (kiosk.Offer, bool) {
	return s.Suggest, s.Offered
}

// Answer implements kiosk.Station.
func (s *Station) Answer(_ *kiosk.Session, _ kiosk.Receipt, _ kiosk.Offer, answer string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers = append(s.answers, answer)
}

// ReceiptWords implements kiosk.Station: the number and the code, as on paper.
func (s *Station) ReceiptWords(language string, r kiosk.Receipt) ([]string, error) {
	words := locales.In(language)
	return []string{
		words.Text("receipt.title"), words.Text("receipt.folio"), r.Folio().String(),
		words.Text("receipt.code"), wire.GroupShortCode(r.Code()), words.Text("receipt.keep"),
	}, nil
}

// ReceiptPDF implements kiosk.Station.
func (s *Station) ReceiptPDF(_ string, r kiosk.Receipt) ([]byte, error) {
	if !r.Valid() {
		return nil, errors.New("no receipt")
	}
	return []byte("%PDF " + r.Folio().String()), nil
}

// Follow implements kiosk.Station: it knows the requests in Known.
func (s *Station) Follow(folio, code string) (kiosk.Followed, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.Unread != nil {
		return kiosk.Followed{}, s.Unread
	}
	if s.Wait > 0 {
		return kiosk.Followed{}, &kiosk.Problem{Code: kiosk.ProblemWait, Wait: s.Wait}
	}
	for _, f := range s.Known {
		if string(f.Folio) == folio && f.Code == code {
			return f, nil
		}
	}
	return kiosk.Followed{}, &kiosk.Problem{Code: kiosk.ProblemUnknownFolio}
}

// Withdraw implements kiosk.Station.
func (s *Station) Withdraw(_ context.Context, _ *kiosk.Session, f kiosk.Followed) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.Fail != nil {
		return s.Fail
	}
	s.withdrawn = append(s.withdrawn, f.ID)
	for i := range s.Known {
		if s.Known[i].ID == f.ID {
			s.Known[i].State = wire.StateWithdrawn
		}
	}
	return nil
}

// Repeated implements kiosk.Station.
func (s *Station) Repeated(*kiosk.Session) (kiosk.Repeat, bool) {
	return s.Repeat, !s.Repeat.On.IsZero()
}

// Ring implements kiosk.Station.
func (s *Station) Ring(session *kiosk.Session, page string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rung++
	s.rings = append(s.rings, kiosk.Ring{ID: s.rung, At: s.Clock(), Service: session.Service(), Page: page, Language: session.Language()})
}

// Rings implements kiosk.Station.
func (s *Station) Rings() []kiosk.Ring {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]kiosk.Ring(nil), s.rings...)
}

// Attend implements kiosk.Station.
func (s *Station) Attend(id int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rings = slices.DeleteFunc(s.rings, func(r kiosk.Ring) bool { return r.ID == id })
}

// Print implements kiosk.Station.
func (s *Station) Print(_ context.Context, _ string, r kiosk.Receipt) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.Perhaps:
		return &kiosk.Problem{Code: kiosk.ProblemPrinterPerhaps}
	case s.Jam || s.Paper.State == kiosk.PrinterNone:
		return &kiosk.Problem{Code: kiosk.ProblemPrinter}
	}
	s.printed = append(s.printed, r.Folio().String())
	return nil
}

// Printer implements kiosk.Station.
func (s *Station) Printer() kiosk.Printer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Paper
}

// CheckPIN implements kiosk.Station.
func (s *Station) CheckPIN(pin string) (bool, time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if pin == PIN {
		return true, 0
	}
	s.wrong++
	if s.wrong >= 5 {
		return false, time.Minute
	}
	return false, 0
}

// DeskItems implements kiosk.Station.
func (s *Station) DeskItems() ([]kiosk.DeskItem, error) { return s.Items, nil }

// Device implements kiosk.Station.
func (s *Station) Device() kiosk.Device { return s.Health }

// Tally implements kiosk.Station.
func (s *Station) Tally(service string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tally == nil {
		s.tally = map[string]int{}
	}
	s.tally[service]++
	return nil
}

// Untally implements kiosk.Station.
func (s *Station) Untally(service string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tally[service] == 0 {
		return fmt.Errorf("nothing to take back for %s", service)
	}
	s.tally[service]--
	return nil
}

// Tallied implements kiosk.Station.
func (s *Station) Tallied() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[string]int{}
	for service, n := range s.tally {
		out[service] = n
	}
	return out
}

// Now implements kiosk.Station.
func (s *Station) Now() time.Time { return s.Clock() }

// Events returns what was emitted.
func (s *Station) Events() []kiosk.Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]kiosk.Event(nil), s.events...)
}

// Amended returns what was filed about earlier requests.
func (s *Station) Amended() []kiosk.Amendment {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.amended)
}

// Withdrawn returns the requests that were taken back.
func (s *Station) Withdrawn() []wire.ID {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.withdrawn)
}

// Printed returns the folios that came out on paper.
func (s *Station) Printed() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.printed)
}

// Submitted returns the answers of each request filed.
func (s *Station) Submitted() []kiosk.Answers {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]kiosk.Answers(nil), s.submitted...)
}

// Answered returns the answers given to suggestions.
func (s *Station) Answered() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.answers...)
}
