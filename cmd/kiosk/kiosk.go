package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"github.com/google/uuid"

	"chasqui/internal/watch"
	"chasqui/kiosk"
	"chasqui/kiosk/camera"
	"chasqui/kiosk/catalog"
	"chasqui/kiosk/flow"
	"chasqui/kiosk/screen"
	"chasqui/kiosk/station"
	"chasqui/locales"

	_ "time/tzdata" // a kiosk's system may have no time zones
)

// built is the floor of the clock: no kiosk of this version runs before it.
var built = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

// Main is the kiosk's program.
type Main struct {
	flags

	box     *station.Box
	catalog *catalog.Catalog
	// overlay is the municipality's own facts, nil for none.
	overlay fs.FS
	// changed is rung when the status strip may say something new.
	changed chan struct{}
	// speaker says pages aloud, or is silence.
	speaker kiosk.Speaker
	// pulse is for whoever watches this program, nil when nobody does.
	pulse *watch.Pulse
	// notice is what the author of a catalogue is told.
	notice atomic.Pointer[string]
}

// Open reads identity, settings and catalogue and opens the queue.
func (m *Main) Open(ctx context.Context) error {
	if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		return errors.New("there is no display: set DISPLAY, or run under Xvfb as \"make demo\" does")
	}
	if dir := filepath.Join(m.data, "overlay"); isDir(dir) {
		m.overlay = os.DirFS(dir)
	}
	services, err := catalog.Load(m.services(), m.overlay)
	if err != nil {
		return err
	}
	services, languages, err := packs(m.data, services)
	if err != nil {
		return err
	}
	m.catalog, m.changed = services, make(chan struct{}, 1)
	m.box, err = station.OpenBox(ctx, station.BoxConfig{
		Data: m.data, Hub: m.hub, Catalog: services, Version: version(), Built: built,
		Words:     func(language, key string, args ...any) string { return locales.In(language).Text(key, args...) },
		Format:    func(language string) flow.Format { return locales.In(language) },
		Languages: languages,
		Voice:     m.voiceState,
		OnChange:  m.ring,
		Log:       slog.New(slog.NewTextHandler(os.Stderr, nil)),
	})
	if err != nil {
		return err
	}
	return m.openVoice(slog.New(slog.NewTextHandler(os.Stderr, nil)))
}

func (m *Main) ring() {
	select {
	case m.changed <- struct{}{}:
	default:
	}
}

// Run shows the window until it is told to stop. Then it does not return, but calls end,
// which has to end the program, on the window's goroutine: so nothing is drawn or filed
// any more. Fyne's own way out is not taken: it closes its queue of calls while its own
// goroutines and ours still write to it, and one that does then ends the program with a
// panic (seen in one of four ends on a busy machine).
func (m *Main) Run(ctx context.Context, end func(error)) error {
	if m.metrics != "" {
		address, err := m.box.ServeMetrics(m.metrics)
		if err != nil {
			return err
		}
		fmt.Printf("kiosk: metrics on http://%s/metrics\n", address)
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	background := make(chan error, 1)
	go func() { background <- m.box.Run(ctx) }()
	leave := sync.OnceFunc(func() {
		stop()
		end(<-background)
	})

	if m.author != "" {
		go m.watch(ctx)
	}
	keepSmall()
	a := app.NewWithID("cl.chasqui.kiosk")
	window := a.NewWindow("Chasqui")
	rest := newDoze()
	pages := screen.New(screen.Config{
		Station: m.box.Station, Catalog: m.catalog, Window: window,
		NewSessionID: func() string { return uuid.NewString() },
		SaveReceipt:  m.saveReceipt(),
		StatusPage:   m.box.Station.StatusPage,
		Camera:       m.camera(),
		Speaker:      m.speaker,
		Notice:       m.authorNotice,
		Do:           rest.do,
		Rests:        giveBack,
	})
	m.place(window)
	// The window is the program: it closes only with it.
	window.SetCloseIntercept(func() {})
	pages.Show()
	go func() {
		for {
			select {
			case <-ctx.Done():
				rest.end()
				fyne.Do(leave)
				return
			case <-m.changed:
				rest.do(pages.Refresh)
			}
		}
	}()
	a.Lifecycle().SetOnStarted(func() {
		chores := []chore{{every: time.Second, do: func() bool { pages.Refresh(); return true }}}
		if m.pulse != nil {
			chores = append(chores, m.live(pages, window))
		}
		rest.begin(chores...)
		fmt.Println("kiosk: the first page is shown")
	})
	window.ShowAndRun()
	leave()
	return nil
}

// place fills the screen, or opens a window of the size asked for.
func (m *Main) place(window fyne.Window) {
	window.SetPadded(false)
	if m.windowed {
		if m.width == 0 {
			m.width, m.height = 1280, 800
		}
	} else if m.width == 0 {
		window.SetFullScreen(true)
		return
	}
	window.Resize(fyne.NewSize(float32(m.width), float32(m.height)))
}

// saveReceipt returns what writes a receipt into the folder of -receipts, or nil
// when there is none. Names are random: a folio in a file name would tell a later
// reader of the folder who was here.
func (m *Main) saveReceipt() func(pdf []byte) error {
	if m.receipts == "" {
		return nil
	}
	return func(pdf []byte) error {
		if err := os.MkdirAll(m.receipts, 0o700); err != nil { // #nosec G703 -- the operator's own -receipts
			return err
		}
		return os.WriteFile(filepath.Join(m.receipts, "receipt-"+uuid.NewString()+".pdf"), pdf, 0o600) // #nosec G703 -- the operator's own -receipts
	}
}

// camera returns the office's camera, or nil when it is switched off: then no page
// offers one. It need not be plugged in yet.
func (m *Main) camera() kiosk.Camera {
	if m.box.Settings.Camera == camera.Off {
		return nil
	}
	return camera.New(m.box.Settings.Camera)
}

// Close ends the voice and closes the queue.
func (m *Main) Close() {
	m.closeVoice()
	if err := m.box.Close(); err != nil {
		fmt.Fprintln(os.Stderr, "kiosk: close the queue:", err)
	}
}

func isDir(path string) bool {
	info, err := os.Stat(path) // #nosec G703 -- below the operator's own -data
	return err == nil && info.IsDir()
}

// version returns the program's version as the build knows it.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return s.Value[:12]
		}
	}
	return strings.Trim(info.Main.Version, "()")
}
