package board

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"chasqui/hub"
	"chasqui/hub/measure"
	"chasqui/sync/wire"
)

// The status page. The QR code on a receipt leads to "/s?f=FOLIO": the folio is
// filled in and the code is typed by the person who holds the receipt. The code
// is in no address, because addresses stay in histories, in logs of proxies and
// in what a phone shares; it travels in the body of a form and nothing writes it
// down.
//
// Whatever is wrong with a guess (no such folio, another code, no folio at all),
// the answer is the same, byte for byte, after the same steps. Nothing typed is
// repeated in it.

// statusPage is the form, with an answer or a word about a wrong guess above it.
type statusPage struct {
	frame
	// Folio fills the form in; it comes from the address only.
	Folio  string
	Wrong  bool
	Answer *answer
}

// answer is where a request stands.
type answer struct {
	// Folio and Code are repeated in the buttons that switch the language.
	Folio, Code string
	Shown       string // the folio in groups
	Service     string
	State       wire.State
	StateText   string
	Reason      string
	Changed     string
	Switch      []link
}

const (
	maxForm  = 4 << 10
	maxTyped = 40
)

// noFolio and noCode are looked up in place of what can be no folio or code, so
// that a malformed guess costs what another does. No kiosk's folio begins with a
// digit.
var noFolio, noCode = func() (wire.Folio, string) {
	folio, err := wire.NewFolio("000", strings.NewReader(strings.Repeat("\x00", 16)))
	if err != nil {
		panic("board: " + err.Error()) // for a prefix that is none
	}
	return folio, "000000"
}()

func (b *Board) statusFrame(w words) frame {
	return frame{words: w, Place: b.place(w), PageTitle: w.T("web.status.title")}
}

func (b *Board) statusForm(w http.ResponseWriter, r *http.Request) {
	words := wordsFor(r)
	page := statusPage{frame: b.statusFrame(words)}
	query := url.Values{}
	if typed := r.URL.Query().Get("f"); typed != "" {
		page.Folio = clip(typed)
		if folio, err := wire.ParseFolio(typed); err == nil {
			page.Folio = folio.String()
		}
		query.Set("f", page.Folio)
	}
	page.Languages = languages(words, wire.PathStatus, query)
	b.render(w, http.StatusOK, "status.html", page)
}

func (b *Board) statusAnswer(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		b.say(w, r, http.StatusBadRequest, "web.bad-form")
		return
	}
	words := wordsFor(r)
	folio, folioErr := wire.ParseFolio(r.PostFormValue("f"))
	code, codeErr := wire.ParseShortCode(r.PostFormValue("c"))
	if folioErr != nil {
		folio = noFolio
	}
	if codeErr != nil {
		code = noCode
	}
	guessed := string(folio)
	if folioErr != nil {
		guessed = "" // no folio is in danger
	}
	if !b.limits.allow(b.cfg.Address(r), guessed) {
		b.lookups.count(lookupLimited)
		w.Header().Set("Retry-After", "60")
		b.say(w, r, http.StatusTooManyRequests, "web.too-many")
		return
	}
	standing, err := b.cfg.Store.Lookup(r.Context(), b.cfg.Scope, folio, code)
	switch {
	case errors.Is(err, hub.ErrNotFound) || err == nil && (folioErr != nil || codeErr != nil):
		b.lookups.count(lookupNotFound)
		page := statusPage{frame: b.statusFrame(words), Wrong: true}
		page.Languages = languages(words, wire.PathStatus, nil)
		b.render(w, http.StatusOK, "status.html", page)
	case err != nil:
		b.cfg.Log.Error("a request cannot be looked up", "error", err)
		b.say(w, r, http.StatusInternalServerError, "web.unreadable")
	default:
		b.lookups.count(lookupFound)
		page := statusPage{frame: b.statusFrame(words), Answer: b.answer(words, folio, code, standing)}
		b.render(w, http.StatusOK, "status.html", page)
	}
}

func (b *Board) answer(w words, folio wire.Folio, code string, s hub.Standing) *answer {
	out := &answer{
		Folio: string(folio), Code: code, Shown: folio.String(), Service: b.title(w, s.Service),
		State: s.State, StateText: w.T("state." + string(s.State)),
		Changed: w.T("web.status.changed", "Day", w.day(measure.DayOf(s.Changed, b.cfg.Location)), "Time", s.Changed.In(b.cfg.Location).Format("15:04")),
		// The same page in another language needs folio and code again, so these are
		// buttons of a form and not links.
		Switch: languages(w, wire.PathStatus, nil),
	}
	if s.Reason != "" && w.w.Has("reason."+s.Reason) {
		out.Reason = w.T("reason." + s.Reason)
	}
	return out
}

// title returns what a service is called; one outside the catalogue by its id.
func (b *Board) title(w words, service string) string {
	for _, o := range b.offers {
		if o.id == service {
			return o.service.In(w.Lang()).Title
		}
	}
	return service
}

func clip(s string) string {
	runes := []rune(s)
	return string(runes[:min(len(runes), maxTyped)])
}
