package board

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"errors"
	"html/template"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"time"
	_ "time/tzdata" // a hub may run where no zones are installed

	"chasqui/hub"
	"chasqui/hub/measure"
	"chasqui/hub/store"
	"chasqui/kiosk/catalog"
	"chasqui/sync/wire"
)

// Config is what a board is made of.
type Config struct {
	// Store is where the figures are; a store.Store is one.
	Store store.Board
	// Catalog names the services and the channels that each has.
	Catalog *catalog.Catalog
	// Scope is the place shown; the zero Scope means every place of this hub.
	Scope hub.Scope
	// Name is what the place is called, "Municipalidad de Prueba". Without one the
	// scope's path is shown.
	Name string
	// Location is the zone of the office's days; nil for the scope's own.
	Location *time.Location
	// Public is the hub's public address, or "". Forms from there are taken even
	// when a proxy in front changes the host's name.
	Public string
	// Now is the clock; nil for time.Now.
	Now func() time.Time
	// Address names who asks, for rate limits; nil takes the connection's address.
	// A hub behind a proxy gives the address that the proxy states.
	Address func(*http.Request) string
	// Log takes errors. Neither folio nor code is ever written to it. nil discards.
	Log *slog.Logger
}

// Board is the hub's pages. It is an http.Handler for "/" and "/s".
type Board struct {
	cfg     Config
	offers  []offer
	handler http.Handler
	limits  *limits
	lookups *lookups
}

// offer is a service of the catalogue as the board needs it.
type offer struct {
	id       string
	channels []wire.Channel
	service  *catalog.Service
}

//go:embed templates/*.html
var templateFiles embed.FS

//go:embed templates/style.css
var style string

var pages = template.Must(template.New("pages").ParseFS(templateFiles, "templates/*.html"))

// policy allows nothing but the page itself, its one style sheet and its form.
var policy = func() string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}()

// New makes the pages.
func New(cfg Config) *Board {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Scope == "" {
		cfg.Scope = hub.World
	}
	if cfg.Location == nil {
		cfg.Location = zone(cfg.Scope)
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Address == nil {
		cfg.Address = connection
	}
	b := &Board{cfg: cfg, offers: offers(cfg.Catalog), limits: newLimits(cfg.Now), lookups: newLookups()}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", b.board)
	mux.HandleFunc("GET "+wire.PathStatus, b.statusForm)
	mux.HandleFunc("POST "+wire.PathStatus, b.statusAnswer)
	mux.HandleFunc("/", b.notFound)
	guard := http.NewCrossOriginProtection()
	if origin, ok := originOf(cfg.Public); ok {
		if err := guard.AddTrustedOrigin(origin); err != nil {
			cfg.Log.Error("the public address is not taken for a trusted one", "error", err)
		}
	}
	guard.SetDenyHandler(http.HandlerFunc(b.foreignForm))
	b.handler = headers(guard.Handler(mux))
	return b
}

// ServeHTTP implements http.Handler.
func (b *Board) ServeHTTP(w http.ResponseWriter, r *http.Request) { b.handler.ServeHTTP(w, r) }

func zone(scope hub.Scope) *time.Location {
	name := scope.TimeZone()
	if scope == hub.World {
		name = hub.Scope("CL").TimeZone()
	}
	location, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC // the zones are embedded; a test loads them
	}
	return location
}

func originOf(public string) (string, bool) {
	address, err := url.Parse(public)
	if err != nil || address.Scheme == "" || address.Host == "" {
		return "", false
	}
	return address.Scheme + "://" + address.Host, true
}

// offers lists the catalogue's services. A channel in which one only learns
// about a service is none in which it can be done.
func offers(c *catalog.Catalog) []offer {
	if c == nil {
		return nil
	}
	var all []offer
	for _, s := range c.Offered() {
		one := offer{id: s.ID(), service: s}
		for _, channel := range s.In("es").Channels {
			if channel.Level != "information" {
				one.channels = append(one.channels, channel.Channel)
			}
		}
		all = append(all, one)
	}
	return all
}

// headers sets what holds for every answer. The referrer stays within the site
// because the status page's address holds a folio; it is not "no-referrer",
// under which browsers that do not yet say Sec-Fetch-Site send the form with
// "Origin: null", and it would be refused.
func headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// render writes a page whole or not at all.
func (b *Board) render(w http.ResponseWriter, status int, name string, data any) {
	var page bytes.Buffer
	if err := pages.ExecuteTemplate(&page, name, data); err != nil {
		b.cfg.Log.Error("a page cannot be written", "page", name, "error", err)
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if _, err := io.Copy(w, &page); err != nil {
		b.cfg.Log.Debug("a page was not read to its end", "page", name, "error", err)
	}
}

// message is a page that says one thing.
type message struct {
	frame
	Title, Text string
}

func (b *Board) say(w http.ResponseWriter, r *http.Request, status int, key string) {
	words := wordsFor(r)
	f := frame{words: words, Place: b.place(words), PageTitle: words.T(key + ".title")}
	b.render(w, status, "message.html", message{f, f.PageTitle, words.T(key + ".text")})
}

func (b *Board) notFound(w http.ResponseWriter, r *http.Request) {
	b.say(w, r, http.StatusNotFound, "web.not-found")
}

func (b *Board) foreignForm(w http.ResponseWriter, r *http.Request) {
	b.say(w, r, http.StatusForbidden, "web.foreign-form")
}

// place returns what the place is called.
func (b *Board) place(w words) string {
	switch {
	case b.cfg.Name != "":
		return b.cfg.Name
	case b.cfg.Scope == hub.World:
		return w.T("web.place.all")
	}
	return string(b.cfg.Scope)
}

// board serves the board.
func (b *Board) board(w http.ResponseWriter, r *http.Request) {
	words := wordsFor(r)
	today := measure.DayOf(b.cfg.Now(), b.cfg.Location)
	period, err := parsePeriod(r.URL.Query(), today)
	if err != nil {
		b.say(w, r, http.StatusBadRequest, "web.bad-period")
		return
	}
	data, err := b.read(r.Context(), period)
	if err != nil {
		if !errors.Is(err, context.Canceled) {
			b.cfg.Log.Error("the board cannot be read", "error", err)
		}
		b.say(w, r, http.StatusInternalServerError, "web.unreadable")
		return
	}
	b.render(w, http.StatusOK, "board.html", b.page(words, period, today, data))
}

// figures are everything that a board is drawn from.
type figures struct {
	report measure.Report
	totals hub.Totals
	kiosks []hub.Kiosk
}

func (b *Board) read(ctx context.Context, p period) (figures, error) {
	s, scope := b.cfg.Store, b.cfg.Scope
	first, end := measure.HoursOf(p.From, p.To, b.cfg.Location)
	in := measure.Input{From: p.From, To: p.To, Location: b.cfg.Location}
	for _, o := range b.offers {
		in.Expected = append(in.Expected, measure.Expected{Service: o.id, Channels: o.channels})
	}
	var f figures
	var err error
	if in.Counts, err = s.Counts(ctx, scope, first, end); err != nil {
		return f, err
	}
	if in.Open, err = s.Open(ctx, scope, first, end); err != nil {
		return f, err
	}
	if in.Imported, err = s.Imported(ctx, scope, string(p.From), string(p.To.Add(1))); err != nil {
		return f, err
	}
	if f.totals, err = s.Totals(ctx, scope); err != nil {
		return f, err
	}
	if f.kiosks, err = s.Kiosks(ctx, scope); err != nil {
		return f, err
	}
	f.report = measure.Measure(in)
	return f, nil
}
