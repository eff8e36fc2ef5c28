package kiosk

import (
	"context"
	"time"

	"chasqui/sync/wire"
)

// Office is how this kiosk is set up: the office's facts and settings.
type Office struct {
	// Scope is the path of the office, "CL/13/13101/centro".
	Scope string
	// Municipality is its first three elements, "CL/13/13101".
	Municipality string
	Name         string
	Region       string // CUT code
	Comuna       string // CUT code
	Languages    []string
	Language     string // the default one
	// TimeZone is an IANA name.
	TimeZone string
	// ScreenWidthMM is the physical width of the screen; ViewingDistanceMM how far
	// a person stands.
	ScreenWidthMM     float64
	ViewingDistanceMM float64
	// IdleWarn is the inactivity after which a warning is shown, IdleCount how
	// long it counts down before the wipe.
	IdleWarn  time.Duration
	IdleCount time.Duration
	// MediaFolders are the folders in which a citizen may pick a file: removable
	// media only.
	MediaFolders []string
	// VoiceOnFirstKey switches the voice on where the first thing that somebody does
	// is to press a key: who does not see the screen presses one.
	VoiceOnFirstKey bool
	// SuggestionsOff switches every suggestion off.
	SuggestionsOff bool
	Version        string // of the program
}

// LinkState is what the kiosk knows of its link, in words for the status strip.
type LinkState string

// The states of the link. Each has a sentence in locales/kiosk under
// "link."+state for the citizen's strip and "desk.link."+state for the desk.
const (
	LinkUnknown  LinkState = "unknown"      // nothing tried yet
	LinkUp       LinkState = "up"           // the hub answered, signed
	LinkDown     LinkState = "down"         // nothing answers
	LinkNotHub   LinkState = "not-hub"      // something answers that is not our hub
	LinkRefused  LinkState = "refused"      // the hub refuses this kiosk
	LinkNoEnrol  LinkState = "not-enrolled" // this kiosk was never enrolled
	LinkBadReply LinkState = "bad-reply"    // signed wrongly or not for us
)

// Status is what the strip at the top of every page tells.
type Status struct {
	Link LinkState
	// Unsent counts requests and their amendments (not counts or parts) that the hub
	// has not acknowledged; Oldest is when the oldest of them was filed.
	Unsent int
	Oldest time.Time
	// Full says that the disk has no room for another request.
	Full bool
	// LastHeard is when the hub last answered, zero for never.
	LastHeard time.Time
}

// DeskItem is one request or amendment in the desk's view of the queue. There is
// no content in it: the desk cannot read a request either.
type DeskItem struct {
	// Kind is wire.KindRequest or one that amends the request of the same folio; its
	// words are in locales/state under "kind."+Kind.
	Kind    wire.Kind
	Folio   wire.Folio
	Service string
	State   wire.State
	Reason  string
	Created time.Time
	Changed time.Time
	// Parts and PartsSent count the attachment's parts.
	Parts, PartsSent int
}

// Device is the health of the box.
type Device struct {
	Kiosk     string
	Office    string
	Hub       string
	Link      LinkState
	LinkWords string // for programmers: the last error
	FreeBytes uint64
	Damage    string
	Program   string
	LastHeard time.Time
	NextTry   time.Time
	// Voice is how the voice is, "" where nobody knows; VoiceWords why it is not
	// better, for programmers.
	Voice      VoiceState
	VoiceWords string
}

// PrinterState is how the printer is.
type PrinterState string

// The states of a printer. Each has a sentence in locales/print under
// "printer."+state, for the desk.
const (
	PrinterNone    PrinterState = "none"     // no printer was set up
	PrinterUnknown PrinterState = "unknown"  // nothing printed yet
	PrinterReady   PrinterState = "ready"    // the last receipt came out, as far as can be told
	PrinterNoPaper PrinterState = "no-paper" // out of paper
	PrinterOff     PrinterState = "off"      // there, and does not answer
	PrinterGone    PrinterState = "gone"     // not to be found
	PrinterFault   PrinterState = "fault"    // says that something is wrong; see Words
)

// Printer is the printer, for the desk.
type Printer struct {
	// Name is how it was set up: "escpos file:/dev/usb/lp0", "cups receipts".
	Name  string
	State PrinterState
	// Words are what the printer or the system said, for programmers.
	Words string
	At    time.Time
}

// Offer is one suggestion, decided for this session: either a wording to show or
// a silent place in the holdout.
type Offer struct {
	Suggestion Suggestion
	Wording    Wording
	// Held says that nothing is to be shown: the session is in the holdout.
	Held bool
}

// Station is the kiosk as it runs, seen from the screen. All methods may be
// called from the screen's goroutine; Submit is the only slow one.
type Station interface {
	// Office returns the settings.
	Office() Office
	// Submit files the session's request: it builds, seals and commits it. When it
	// returns without error the request is on the disk, durably. An error is a
	// *Problem where a person can do something about it.
	Submit(ctx context.Context, s *Session) (Receipt, error)
	// Emit tells an event to whoever counts.
	Emit(Event)
	// Status returns what the strip tells.
	Status() Status
	// CanFile reports whether what a service asks for could be filed here now: the
	// service is in the catalogue and the keys of its responsible unit are here. It is
	// quick, so that a page can tell before anybody starts; what the disk says is
	// Status's, and Submit is still the one to decide.
	CanFile(service string) bool
	// StateOf returns where a request stands now.
	StateOf(id wire.ID) wire.State
	// Offer decides on the session's one suggestion after a request is filed. ok is
	// false when there is none to make; a held-out offer is recorded by itself.
	Offer(s *Session, r Receipt) (offer Offer, ok bool)
	// Answer records the answer to an offer (wire.AnswerAccepted and so on).
	Answer(s *Session, r Receipt, o Offer, answer string)
	// ReceiptPDF returns the receipt as a PDF in a language. Like Print it takes no
	// session: it runs away from the screen's goroutine, and the visit may end
	// meanwhile.
	ReceiptPDF(language string, r Receipt) ([]byte, error)
	// ReceiptWords returns everything that stands on the receipt, from top to bottom,
	// to be said aloud.
	ReceiptWords(language string, r Receipt) ([]string, error)

	// Follow finds a request of this kiosk by its folio and short code. Its errors
	// are *Problem: ProblemUnknownFolio when the two do not go with a request that
	// is here, whichever is wrong; ProblemWait after too many wrong guesses.
	Follow(folio, code string) (Followed, error)
	// Withdraw files that the citizen takes a request back. It is on the disk when
	// it returns without error; an error is a *Problem.
	Withdraw(ctx context.Context, s *Session, f Followed) error
	// Repeated reports whether the person of this session's answers asked for the
	// service under way on this kiosk within its period. It knows them by a keyed
	// hash that fades after the period, and by nothing else.
	Repeated(s *Session) (Repeat, bool)
	// Ring calls a person; Rings lists the calls that nobody has attended to, oldest
	// first; Attend ends one.
	Ring(s *Session, page string)
	Rings() []Ring
	Attend(id int)
	// Print gives the receipt on paper. A *Problem says what is wrong with the
	// printer; the folio is good all the same.
	Print(ctx context.Context, language string, r Receipt) error
	// Printer says how the printer is, as far as it was heard of.
	Printer() Printer

	// CheckPIN says whether a PIN opens the desk. After five wrong ones in a row it
	// says no for a minute, and wait tells how long.
	CheckPIN(pin string) (ok bool, wait time.Duration)
	DeskItems() ([]DeskItem, error)
	Device() Device
	// Tally counts one transaction served at the counter; Untally takes the last
	// one of that service back within the same hour.
	Tally(service string) error
	Untally(service string) error
	// Tallied returns today's tally by service.
	Tallied() map[string]int
	// Now is the station's clock.
	Now() time.Time
}

// ProblemCode names a problem that a person can do something about. Its words
// are in locales/kiosk under "problem."+code.
type ProblemCode string

// The problems of Submit.
const (
	ProblemFull     ProblemCode = "full"      // no room on the disk: go to the desk
	ProblemDisk     ProblemCode = "disk"      // the disk would not take it
	ProblemNoKeys   ProblemCode = "no-keys"   // no keys for the responsible unit
	ProblemNotReady ProblemCode = "not-ready" // answers are missing or not valid
	ProblemService  ProblemCode = "service"   // the service is not in the catalogue

	ProblemUnknownFolio ProblemCode = "unknown-folio" // not here, or the code does not go with it
	ProblemWait         ProblemCode = "wait"          // too many wrong guesses
	ProblemClosed       ProblemCode = "closed"        // the request can no longer be amended
	ProblemPrinter      ProblemCode = "printer"       // the paper did not come out; see Printer
	// ProblemPrinterPerhaps is ProblemPrinter where the paper may have come out all
	// the same: whoever stands before the printer looks first.
	ProblemPrinterPerhaps ProblemCode = "printer-perhaps"
)

// Problem is an error for people. Err, when set, is for programmers.
type Problem struct {
	Code ProblemCode
	// Wait is with ProblemWait how long nobody need try again.
	Wait time.Duration
	Err  error
}

// Error implements error.
func (p *Problem) Error() string {
	if p.Err != nil {
		return string(p.Code) + ": " + p.Err.Error()
	}
	return string(p.Code)
}

// Unwrap returns the error for programmers.
func (p *Problem) Unwrap() error { return p.Err }
