package screentest

import (
	"fmt"
	"image"
	"strings"
	"sync"
	"time"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/software"
	"fyne.io/fyne/v2/test"

	"chasqui/assets"
	"chasqui/kiosk"
	"chasqui/kiosk/catalog"
	"chasqui/kiosk/screen"
	"chasqui/kiosk/widget"
	"chasqui/locales"
	"chasqui/sync/wire"
)

// Start is when every bench's clock begins.
var Start = time.Date(2026, 11, 23, 14, 5, 0, 0, time.UTC)

// Options say what a bench is like. The zero value is a kiosk of 1280×800 pixels
// in Spanish, with the sample station.
type Options struct {
	Size fyne.Size
	// Language is the tag of any language that locales knows. "qps" shows pages in
	// the pseudo-locale, "arn" what an office sees of a pack without words.
	Language string
	Looks    *kiosk.Looks
	// Media are the folders in which a file may be picked.
	Media []string
	// Real takes the place of the fake station: Bench.Station then holds its settings
	// and nothing else of it.
	Real kiosk.Station
	// OnDay sets the clock of a real station to the day of an example.
	OnDay func(time.Time)
	// Change changes the station before the screen is made.
	Change func(*Station)
	// QR draws codes; nil for the screen's own.
	QR func(text string, pixels int) (image.Image, error)
	// Catalog are the services offered; nil for those of the program.
	Catalog *catalog.Catalog
	// Camera takes pictures; nil for none.
	Camera kiosk.Camera
	// Ear hears what is said; nil for silence. Voice is how it is spoken to from the
	// start.
	Ear   *Ear
	Voice kiosk.Voice
	// Keys makes the bench act by keys alone, as somebody does who does not touch:
	// Tab, the arrows and Enter. With Pad it has the four arrows and Enter only.
	Keys, Pad bool
	// Types makes it type on real keys what they have, where it would walk the keyboard
	// on the screen.
	Types bool
	// OnKey is told of each key that is struck, with the sign that it writes, 0 for
	// none: so that the same can be done elsewhere.
	OnKey func(key fyne.KeyName, sign rune)
	// Pickers makes it use pickers and steppers where it would write.
	Pickers bool
	// NoReceipts leaves out the button for a receipt's PDF.
	NoReceipts bool
	// Notice is what an author of the catalogue is told.
	Notice string
}

// Bench is a screen in memory and somebody's fingers.
type Bench struct {
	App     *screen.App
	Canvas  test.WindowlessCanvas
	Station *Station
	Catalog *catalog.Catalog
	// Receipts holds the PDFs that were kept.
	Receipts [][]byte

	keys, pad, types, pickers bool
	onKey                     func(fyne.KeyName, rune)
	window                    *window
	// ease is the time that hands have taken. Only the screen's clock goes on by it.
	ease time.Duration
	ear  *Ear
	// see is shown each page that is walked, before it is left.
	see func(page string) error

	now time.Time
	// ahead is how far the station's clock is ahead of the screen's.
	ahead    time.Duration
	onDay    func(time.Time)
	sessions int
	ticks    []*tick
	waiting  []func() func()
	// Hold keeps work given to the seam until Work is called.
	Hold bool
	// OnTouch, when set, is told of each control just before it is touched: what a
	// finger does here can then be done at a real window.
	OnTouch func(screen.Control)
}

// services reads the catalogue once, with the pseudo-locale.
var services = sync.OnceValues(func() (*catalog.Catalog, error) {
	c, err := catalog.Load(assets.Services(), nil)
	if err != nil {
		return nil, err
	}
	return c.Add(catalog.Pack{Tag: locales.Pseudo, Derive: locales.PseudoText})
})

// New puts a screen on a canvas.
func New(o Options) (*Bench, error) {
	services, err := services()
	if err != nil {
		return nil, err
	}
	if o.Catalog != nil {
		services = o.Catalog
	}
	if o.Size.IsZero() {
		o.Size = fyne.NewSize(1280, 800)
	}
	if o.Language == "" {
		o.Language = "es"
	}
	b := &Bench{ear: o.Ear, Catalog: services, now: Start, keys: o.Keys || o.Pad, pad: o.Pad, types: o.Types, onKey: o.OnKey, pickers: o.Pickers, onDay: o.OnDay}
	b.Station = Sample(services, o.Language)
	b.Station.Settings.ScreenWidthMM, b.Station.Settings.ViewingDistanceMM = widthOf(o.Size), 600
	b.Station.Settings.Language = o.Language
	// What is not complete is offered only where an office lists it.
	if l, ok := locales.Find(o.Language); ok && l.Status != locales.Complete {
		for _, known := range locales.Languages() {
			b.Station.Settings.Languages = append(b.Station.Settings.Languages, known.Tag)
		}
		b.Station.Settings.Languages = append(b.Station.Settings.Languages, o.Language)
	}
	b.Station.Settings.MediaFolders = o.Media
	b.Station.Clock = func() time.Time { return b.now.Add(b.ahead) }
	if o.Change != nil {
		o.Change(b.Station)
	}
	var station kiosk.Station = b.Station
	if o.Real != nil {
		station = o.Real
		b.Station.Settings = station.Office()
	}
	// Fyne lets go of the parts of pages that are gone only when something is painted.
	software.NewCanvas().Capture()
	b.Canvas = software.NewCanvas()
	b.Canvas.SetPadded(false)
	b.window = &window{WindowlessCanvas: b.Canvas}
	cfg := screen.Config{
		Station: station, Catalog: services, Canvas: b.window, QR: o.QR, Camera: o.Camera, Every: b.every,
		StatusPage: func() string { return b.Station.URL },
		Now:        func() time.Time { return b.now.Add(b.ease) },
		NewSessionID: func() string {
			b.sessions++
			return fmt.Sprintf("session-%d", b.sessions)
		},
		SaveReceipt: func(pdf []byte) error {
			b.Receipts = append(b.Receipts, pdf)
			return nil
		},
		Background: func(work func() func()) {
			b.waiting = append(b.waiting, work)
			if !b.Hold {
				b.Work()
			}
		},
	}
	if o.Notice != "" {
		cfg.Notice = func() string { return o.Notice }
	}
	if o.Ear != nil {
		cfg.Speaker = o.Ear
	}
	if o.NoReceipts {
		cfg.SaveReceipt = nil
	}
	b.App = screen.New(cfg)
	if o.Looks != nil {
		b.App.SetLooks(*o.Looks)
	}
	b.App.SetVoice(o.Voice)
	b.Canvas.Resize(o.Size)
	b.App.Show()
	return b, nil
}

// Work does what was given to the seam, and what that gives in turn.
func (b *Bench) Work() {
	for len(b.waiting) > 0 {
		work := b.waiting[0]
		b.waiting = b.waiting[1:]
		work()()
	}
}

// day makes it another day for the station; nobody has waited.
func (b *Bench) day(now time.Time) {
	b.ahead = now.Sub(b.now)
	if b.onDay != nil {
		b.onDay(now)
	}
}

// Pass lets time pass, with the refresh that comes each second.
func (b *Bench) Pass(d time.Duration) {
	for ; d > 0; d -= time.Second {
		b.now = b.now.Add(min(d, time.Second))
		if b.ear != nil {
			b.ear.second()
		}
		b.Tick()
		b.App.Refresh()
	}
}

// Find returns a control by its ID.
func (b *Bench) Find(id string) (screen.Control, bool) {
	for _, c := range b.App.Controls() {
		if c.ID == id {
			return c, true
		}
	}
	return screen.Control{}, false
}

// Tap touches the middle of a control, where it is drawn. Where it is on another
// page of tiles, it turns the pages to it.
func (b *Bench) Tap(id string) error {
	for _, turn := range []string{"pager/next", "pager/previous"} {
		for range 20 {
			if c, ok := b.Find(id); ok {
				return b.act(c)
			}
			page, ok := b.Find(turn)
			if !ok {
				break
			}
			if err := b.act(page); err != nil {
				return err
			}
		}
	}
	var ids []string
	for _, c := range b.App.Controls() {
		if !strings.HasPrefix(c.ID, "key/") {
			ids = append(ids, c.ID)
		}
	}
	return fmt.Errorf("page %s has nothing called %q to touch, only %s", b.App.Page(), id, strings.Join(ids, ", "))
}

// act touches a control in its middle, or reaches it by keys.
func (b *Bench) act(c screen.Control) error {
	if b.keys {
		return b.press(c.ID)
	}
	b.Ease()
	if b.OnTouch != nil {
		b.OnTouch(c)
	}
	test.TapCanvas(b.Canvas, c.Centre())
	return nil
}

// Taps touches several controls one after another.
func (b *Bench) Taps(ids ...string) error {
	for _, id := range ids {
		if err := b.Tap(id); err != nil {
			return err
		}
	}
	return nil
}

// Write types text on the keyboard that is drawn, finding its way through shift,
// accents and signs.
func (b *Bench) Write(text string) error {
	for _, r := range text {
		if err := b.key(r); err != nil {
			return err
		}
	}
	return nil
}

func (b *Bench) key(r rune) error {
	name := string(r)
	if r == ' ' {
		name = widget.KeySpace
	}
	// The signs stay until one goes back to the letters.
	ways := [][]string{{}, {widget.KeyLetters}, {widget.KeyAccents}, {widget.KeySigns}}
	if unicode.IsUpper(r) {
		ways = [][]string{{}, {widget.KeyLetters}, {widget.KeyShift}, {widget.KeyShift, widget.KeyAccents}}
	}
	for _, way := range ways {
		for _, step := range way {
			b.touchKey(step)
		}
		if b.touchKey(name) {
			return nil
		}
		// Back to small letters, from where every way begins.
		b.touchKey(widget.KeyLetters)
		if _, capitals := b.Find("key/Q"); capitals {
			b.touchKey(widget.KeyShift)
		}
	}
	return fmt.Errorf("page %s: no key writes %q", b.App.Page(), r)
}

// touchKey touches a key if there is one of that name.
func (b *Bench) touchKey(name string) bool {
	c, ok := b.Find("key/" + name)
	if ok && b.act(c) != nil {
		return false
	}
	return ok
}

// Capture draws the canvas.
func (b *Bench) Capture() image.Image { return b.Canvas.Capture() }

// The folio and the code of the request that every station knows.
const (
	Folio = "K7M402918376"
	Code  = "482913"
)

// Request returns the request that every station knows, in a state.
func Request(state wire.State) kiosk.Followed {
	return kiosk.Followed{
		ID: wire.ID{0x01, 0x93, 0x56, 1}, Folio: Folio, Code: Code, Service: "certificado-residencia", Unit: "dideco",
		Created: Start.Add(-50 * time.Hour), State: state, Changed: Start.Add(-2 * time.Hour), Heard: Start.Add(-time.Hour),
	}
}

// Sample returns a station as the gallery shows it: no network, a hub with a
// public address, a few requests in the queue.
func Sample(services *catalog.Catalog, language string) *Station {
	s := &Station{
		Settings: kiosk.Office{
			Scope: "CL/13/13101/centro", Municipality: "CL/13/13101", Name: "Municipalidad de Prueba",
			Region: "13", Comuna: "13101", Language: "es", TimeZone: "America/Santiago", ScreenWidthMM: 345,
			Version: "gallery",
		},
		Strip: kiosk.Status{Link: kiosk.LinkDown},
		URL:   "https://tramites.prueba.example/s",
		Clock: func() time.Time { return Start },
		Health: kiosk.Device{
			Kiosk: "K7M", Office: "CL/13/13101/centro", Hub: "https://tramites.prueba.example", Link: kiosk.LinkDown,
			LinkWords: "dial tcp: no route to host", FreeBytes: 54_321 << 20, Program: "v0.1.0",
			LastHeard: Start.Add(-3 * time.Hour), NextTry: Start.Add(4 * time.Minute), Voice: kiosk.VoiceReady,
		},
		Offered: true,
		Paper:   kiosk.Printer{State: kiosk.PrinterNone},
		Known:   []kiosk.Followed{Request(wire.StateOpened)},
	}
	for i, state := range []wire.State{wire.StateSaved, wire.StateAtHub, wire.StateOpened, wire.StatePutAside} {
		item := kiosk.DeskItem{
			Folio: []wire.Folio{"K7M402918374", "K7M118203945", "K7M772019384", "K7M550193826"}[i], Service: "certificado-residencia",
			State: state, Created: Start.Add(-time.Duration(i) * time.Hour), Changed: Start,
		}
		if state == wire.StateAtHub {
			item.Kind = wire.KindCorrection
		}
		if state == wire.StatePutAside {
			item.Reason = wire.CodeKeysUnknown
		}
		s.Items = append(s.Items, item)
	}
	if service, ok := services.Find("certificado-residencia"); ok {
		if all := service.In(language).Suggestions; len(all) > 0 && len(all[0].Wordings) > 0 {
			s.Suggest = kiosk.Offer{Suggestion: all[0], Wording: all[0].Wordings[0]}
		}
	}
	return s
}
