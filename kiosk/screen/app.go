package screen

import (
	"image"
	"slices"
	"sync"
	"time"

	"fyne.io/fyne/v2"

	"chasqui/kiosk"
	"chasqui/kiosk/catalog"
	"chasqui/kiosk/flow"
	"chasqui/kiosk/look"
	"chasqui/kiosk/receipt"
	"chasqui/kiosk/widget"
	"chasqui/locales"
)

// Config is what an App is made of. Station, Catalog, NewSessionID and one of
// Window and Canvas are needed.
type Config struct {
	Station kiosk.Station
	Catalog *catalog.Catalog
	// Window shows the pages; Canvas does where there is no window, in tests.
	Window fyne.Window
	Canvas fyne.Canvas
	// NewSessionID names a visit, at random.
	NewSessionID func() string
	// SaveReceipt keeps a receipt's PDF where it can be printed; nil where it
	// cannot, and then no button offers it.
	SaveReceipt func(pdf []byte) error
	// Now measures inactivity; nil for time.Now. It may be another clock than the
	// station's: it must only go forward.
	Now func() time.Time
	// Do runs f on the screen's goroutine; nil for fyne.Do.
	Do func(f func())
	// Background does work away from the screen's goroutine and then calls, on the
	// screen's goroutine, what the work returned. nil for goroutines and Do.
	Background func(work func() (then func()))
	// Camera takes pictures for a question that asks for a file; nil where there is
	// none, and then none is offered.
	Camera kiosk.Camera
	// Speaker says pages aloud; nil for silence.
	Speaker kiosk.Speaker
	// Every calls do on the screen's goroutine again and again until stop is called;
	// nil for a ticker and Do.
	Every func(interval time.Duration, do func()) (stop func())
	// Rests is called a while after the last page was drawn, when Fyne's caches have let
	// go of all that is not seen any more, but for what the next painting frees; nil
	// for nothing.
	Rests func()
	// QR makes a QR code; nil for receipt.QR.
	QR func(text string, pixels int) (image.Image, error)
	// StatusPage returns the address of the page on which any request can be
	// followed from home, "" where there is none; nil for never one.
	StatusPage func() string
	// Notice returns words for the author of a catalogue, who must see them on every
	// page, or ""; nil where nobody writes one.
	Notice func() string
}

// App is the screen: a session, a stack of pages, and the canvas they are on.
type App struct {
	cfg     Config
	canvas  fyne.Canvas
	office  kiosk.Office
	kit     *widget.Kit
	root    *root
	session *kiosk.Session
	mode    widget.Mode

	// stack is what is shown: the last page is seen.
	stack []Page
	// visit is what the session has done so far; it is forgotten with it.
	visit visit
	// status is what the strip tells, as last asked.
	status kiosk.Status
	// notice is what the author is told, as last asked; served are the services that
	// were drawn, which an author's changes replace.
	notice string
	served []*catalog.Service
	theme  look.Look
	drawn  *drawing
	busy   bool
	voice  *announcer
	// live is the camera that runs, nil for none.
	live *liveView
	// owed says that the page is to be drawn anew once no finger is on it.
	owed bool
	// left says what had the focus on a page when another was laid over it, returned
	// what had it on the one that is seen again.
	left     map[Page]string
	returned string

	// touched is when somebody last did something; patience how much longer than
	// usual this session is waited for.
	touched  time.Time
	patience int
	// stirred says that somebody did something since the last wipe; drawnAt is when a
	// page was last drawn, of which Fyne's caches may hold something, zero once they
	// have been emptied of what is not seen any more.
	stirred bool
	drawnAt time.Time
}

// visit is what belongs to one person beside the session's answers.
type visit struct {
	questions map[string]*questionPage
	receipt   kiosk.Receipt
	// told are the services of which this person has heard that they asked before.
	told map[string]bool
	// call is the person's own call for help.
	call call
}

// Page is one page of the screen.
type Page interface {
	// Name says where people are when they leave: "home", "question/phone".
	Name() string
	// Draw lays the page out.
	Draw(d *drawing)
	// Wipe forgets everything about the person.
	Wipe()
}

// backer is a page from which Escape leads back, as the button at the foot does.
type backer interface{ Back() }

// proceeder is a page on which Enter means its primary action, where nothing has the
// focus.
type proceeder interface{ Proceed() }

// New returns an App with its first visit. Show puts it on the canvas.
func New(cfg Config) *App {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.QR == nil {
		cfg.QR = receipt.QR
	}
	if cfg.Do == nil {
		cfg.Do = fyne.Do
	}
	if cfg.Background == nil {
		cfg.Background = func(work func() func()) {
			go func() { cfg.Do(work()) }()
		}
	}
	if cfg.Every == nil {
		cfg.Every = cfg.every
	}
	a := &App{cfg: cfg, office: cfg.Station.Office(), canvas: cfg.Canvas}
	if cfg.Window != nil {
		a.canvas = cfg.Window.Canvas()
	}
	a.kit = &widget.Kit{Activity: a.active, Key: a.key, Focus: a.canvas.Focus, Write: a.write, Now: cfg.Now}
	a.left = map[Page]string{}
	a.session = kiosk.NewSession(cfg.NewSessionID(), a.language(a.office.Language), defaultLooks, cfg.Station.Now())
	a.visit = visit{questions: map[string]*questionPage{}, told: map[string]bool{}}
	a.touched = cfg.Now()
	a.stack = []Page{&welcomePage{app: a}}
	a.root = newRoot(a)
	a.voice = newAnnouncer(a)
	a.kit.Happened = a.voice.happened
	return a
}

// every is a ticker whose ticks run on the screen's goroutine.
func (cfg Config) every(interval time.Duration, do func()) (stop func()) {
	done := make(chan struct{})
	go func() {
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				cfg.Do(do)
			case <-done:
				return
			}
		}
	}()
	return sync.OnceFunc(func() { close(done) })
}

// defaultLooks are the office's: the default text size of look.md in Claro.
var defaultLooks = kiosk.Looks{Size: 1, Contrast: look.Light}

func (a *App) language(tag string) string {
	if tag == "" {
		return locales.Source
	}
	return tag
}

// languages returns the languages that the office offers, in its own order: the
// complete ones when it does not say. A partial pack, or the pseudo-locale, is
// offered only where the office lists it.
func (a *App) languages() []locales.Language {
	if len(a.office.Languages) == 0 {
		return locales.Languages()
	}
	var out []locales.Language
	for _, tag := range a.office.Languages {
		if known, ok := locales.Find(tag); ok {
			out = append(out, known)
		}
	}
	return out
}

// Show puts the first page on the canvas. Pages are drawn once the canvas has a
// size, and anew whenever that changes.
func (a *App) Show() {
	a.status, a.notice = a.cfg.Station.Status(), a.authorNotice()
	a.served = a.cfg.Catalog.Services()
	if a.cfg.Window != nil {
		a.cfg.Window.SetContent(a.root)
	} else {
		a.canvas.SetContent(a.root)
	}
	a.listen()
	a.redraw()
}

// Refresh brings the page up to date: the strip's state, a request's state, the
// inactivity warning and its end. Call it on the screen's goroutine, about once a
// second and whenever something may have changed.
func (a *App) Refresh() {
	a.voice.tick()
	a.idle()
	a.clearCaches()
	status := a.cfg.Station.Status()
	// When the hub was last heard is not drawn, and is new at every exchange.
	changed := status.Link != a.status.Link || status.Unsent != a.status.Unsent || status.Full != a.status.Full
	notice, served := a.authorNotice(), a.cfg.Catalog.Services()
	changed = changed || notice != a.notice || !slices.Equal(served, a.served) || a.owed
	a.status, a.notice, a.served = status, notice, served
	if l, ok := a.top().(interface{ Stale() bool }); ok && l.Stale() {
		changed = true
	}
	// A page that is drawn anew under a finger would lose its tap; the next Refresh
	// comes soon.
	if a.owed = changed && a.kit.Pressed(); changed && !a.owed {
		a.redraw()
	}
}

func (a *App) authorNotice() string {
	if a.cfg.Notice == nil {
		return ""
	}
	return a.cfg.Notice()
}

// Page returns the name of the page that is seen.
func (a *App) Page() string { return a.top().Name() }

func (a *App) top() Page { return a.stack[len(a.stack)-1] }

// show replaces the whole stack: one has gone on.
func (a *App) show(p Page) {
	a.stack = []Page{p}
	clear(a.left)
	a.kit.FocusFirst()
	a.redraw()
}

// push shows a page over the one being seen.
func (a *App) push(p Page) {
	a.left[a.top()] = a.focusID()
	a.stack = append(a.stack, p)
	a.kit.FocusFirst()
	a.redraw()
}

// pop goes back to the page beneath.
func (a *App) pop() {
	if len(a.stack) > 1 {
		a.top().Wipe()
		a.stack = a.stack[:len(a.stack)-1]
	}
	a.returned = a.left[a.top()]
	delete(a.left, a.top())
	a.kit.FocusFirst()
	a.redraw()
}

// words returns the words of the session's language.
func (a *App) words() *locales.Words { return locales.In(a.session.Language()) }

// flow returns the flow of the service under way.
func (a *App) flow() (*flow.Flow, bool) {
	s, ok := a.cfg.Catalog.Find(a.session.Service())
	if !ok {
		return nil, false
	}
	return flow.New(s, a.session.Language(), a.office, a.cfg.Station.Now(), a.words().Text, a.words()), true
}

// background is the seam: work runs away from the screen's goroutine, and what it
// returns runs on it.
func (a *App) background(work func() (then func())) {
	a.cfg.Background(func() func() {
		then := work()
		return func() {
			a.voice.turn()
			then()
		}
	})
}
