package e2e

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"chasqui/assets"
	"chasqui/internal/e2e/canary"
	"chasqui/internal/e2e/rig"
	"chasqui/kiosk"
	"chasqui/kiosk/catalog"
	"chasqui/kiosk/flow"
	"chasqui/kiosk/receipt"
	"chasqui/kiosk/screen/screentest"
	"chasqui/kiosk/station"
	"chasqui/locales"
	"chasqui/sync/seal"
	"chasqui/sync/wire"
)

// bird begins every canary of this test; the letters after it say where it was
// typed.
const bird = "Canarioquenadielee"

// hall is a kiosk whose every trace lies under one folder: its data, the temporary
// files, what was printed, what was logged. The screen is the real one on a canvas
// in memory, the station the real one on badger; no network is needed.
type hall struct {
	t       *testing.T
	dir     string
	box     *station.Box
	catalog *catalog.Catalog
	stick   string
	now     atomic.Int64
	typed   int
	where   map[string]string // canary → where it was typed
	// bird begins every canary; mark, when set, marks more than texts.
	bird string
	mark func(kiosk.Question, *kiosk.Value)
	// stays keeps the screens of visits that are over, as one kiosk keeps its own.
	stays   bool
	screens []*screentest.Bench
}

func newHall(t *testing.T, naked bool) *hall {
	t.Helper()
	programs, err := bin()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(err)
	ctx := t.Context()
	made := t.TempDir()
	r := &rig.Rig{Dir: made, Bin: programs, Log: io.Discard}
	must(r.MakeKeys(ctx))
	must(r.StartHub(ctx))
	h := &hall{t: t, dir: filepath.Join(made, "kiosk-and-all"), stick: filepath.Join(t.TempDir(), "usb"), where: map[string]string{}, bird: bird}
	must(r.Enrol(ctx, r.HubURL, fmt.Sprintf("media_folders: [%q]", h.stick)))
	must(r.Stop())
	for _, sub := range []string{"tmp", "spool"} {
		must(os.MkdirAll(filepath.Join(h.dir, sub), 0o700))
	}
	must(os.Rename(r.KioskData(), filepath.Join(h.dir, "data")))
	t.Setenv("TMPDIR", filepath.Join(h.dir, "tmp"))
	must(os.MkdirAll(h.stick, 0o700))
	log, err := os.Create(filepath.Join(h.dir, "log"))
	must(err)
	t.Cleanup(func() { _ = log.Close() })
	h.catalog, err = catalog.Load(assets.Services(), nil)
	must(err)
	h.now.Store(screentest.Start.UnixNano())
	cfg := station.BoxConfig{
		Now:  func() time.Time { return time.Unix(0, h.now.Load()) },
		Data: filepath.Join(h.dir, "data"), Hub: "http://127.0.0.1:9", Catalog: h.catalog, Version: "test",
		Words:  func(language, key string, args ...any) string { return locales.In(language).Text(key, args...) },
		Format: func(language string) flow.Format { return locales.In(language) },
		// The log says everything it can.
		Log:     slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Printer: spool{filepath.Join(h.dir, "spool")},
	}
	if naked {
		cfg.NewEnvelope = func(seal.About, []wire.Recipient) (station.Envelope, error) { return open{}, nil }
	}
	h.box, err = station.OpenBox(ctx, cfg)
	must(err)
	return h
}

// spool prints into a folder, and leaves there all that ever came to the printer.
type spool struct{ dir string }

func (s spool) Print(_ context.Context, c receipt.Content) error {
	pdf, err := receipt.PDF(c)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(s.dir, "*.pdf")
	if err != nil {
		return err
	}
	_, err = f.Write(pdf)
	return errors.Join(err, f.Close())
}

func (s spool) State() kiosk.Printer { return kiosk.Printer{State: kiosk.PrinterReady} }

// open is the control: an envelope that hides nothing.
type open struct{}

func (open) SealFile(_ string, content []byte) ([]byte, error) { return content, nil }
func (open) Seal(plaintext []byte) ([]byte, error)             { return append([]byte(nil), plaintext...), nil }

// canary returns a word that is typed nowhere else.
func (h *hall) canary(where string) string {
	letters := ""
	for n := h.typed; len(letters) < 4; n /= 26 {
		letters += string(rune('a' + n%26))
	}
	h.typed++
	h.where[h.bird+letters] = where
	return h.bird + letters
}

// marked returns an example's answers with a canary in everything that people
// write or bring.
func (h *hall) marked(e catalog.Example, questions []kiosk.Question, where string) kiosk.Answers {
	out := e.Answers.Clone()
	mark := func(q kiosk.Question, v kiosk.Value) kiosk.Value {
		switch {
		case v.IsZero() || v.Declined:
		case q.Type == kiosk.TypeText || q.Type == kiosk.TypeLongText:
			v.Text = h.canary(where + ", " + q.ID)
		case q.Type == kiosk.TypeEmail:
			v.Text = strings.ToLower(h.canary(where+", "+q.ID)) + "@ejemplo.cl"
		case q.Type == kiosk.TypeSignature && v.Text != "":
			v.Text = h.canary(where + ", " + q.ID)
		case q.Type == kiosk.TypeAddress:
			v.Parts["street"] = h.canary(where + ", " + q.ID)
		case q.Type == kiosk.TypeFile:
			h.file(h.canary(where+", "+q.ID), v.File.Name)
		}
		if h.mark != nil {
			h.mark(q, &v)
		}
		return v
	}
	for _, q := range questions {
		v, given := out[q.ID]
		if !given {
			continue
		}
		for i, entry := range v.Entries {
			for _, inner := range q.Questions {
				if answer, given := entry[inner.ID]; given {
					v.Entries[i][inner.ID] = mark(inner, answer)
				}
			}
		}
		out[q.ID] = mark(q, v)
	}
	return out
}

// file puts a file with a canary in it on the stick.
func (h *hall) file(word, name string) {
	magic := map[string]string{".png": "\x89PNG\r\n\x1a\n", ".pdf": "%PDF-1.7\n"}[filepath.Ext(name)]
	if magic == "" {
		magic = "\xff\xd8\xff\xe0"
	}
	content := magic + strings.Repeat(word+" ", 2000)
	if err := os.WriteFile(filepath.Join(h.stick, name), []byte(content), 0o600); err != nil {
		h.t.Fatal(err)
	}
}

var errLeft = errors.New("the person left")

// visit does a service as far as its n-th page and leaves there, or files it where
// there is no such page. It reports how many pages there were.
func (h *hall) visit(id string, e catalog.Example, n int) (pages int, filed bool) {
	h.t.Helper()
	b, err := screentest.New(screentest.Options{Real: h.box.Station, Catalog: h.catalog, OnDay: func(day time.Time) { h.now.Store(day.UnixNano()) }})
	if err != nil {
		h.t.Fatal(err)
	}
	s, _ := h.catalog.Find(id)
	where := fmt.Sprintf("%s, %q, left on page %d", id, e.Name, n)
	e.Answers = h.marked(e, s.In("es").Questions, where)
	err = b.WalkExample(id, e, func(string) error {
		if pages++; pages == n {
			return errLeft
		}
		return nil
	})
	if err != nil && !errors.Is(err, errLeft) {
		h.t.Fatalf("%s: %v", where, err)
	}
	if err == nil && b.App.Page() == "review" {
		if err := b.Confirm(); err != nil {
			h.t.Fatalf("%s: %v", where, err)
		}
		if b.App.Page() != "done" {
			h.t.Fatalf("%s: it ends on %s", where, b.App.Page())
		}
		filed = true
		if err := b.Tap("done/print"); err != nil {
			h.t.Fatalf("%s: %v", where, err)
		}
	}
	if h.stays {
		h.screens = append(h.screens, b)
	}
	// Whoever goes away without a word is forgotten after a while.
	b.Pass(65 * time.Second)
	b.Pass(time.Minute)
	if b.App.Page() != "welcome" {
		h.t.Fatalf("%s: after all that time the page is %s", where, b.App.Page())
	}
	return pages, filed
}

// search returns where canaries are found.
func (h *hall) search() []string {
	h.t.Helper()
	var out []string
	for _, word := range []string{bird, strings.ToLower(bird)} {
		finds, files, err := canary.Search(word, h.dir)
		if err != nil {
			h.t.Fatal(err)
		}
		if files < 5 {
			h.t.Fatalf("only %d files were searched: the test looks in the wrong place", files)
		}
		for _, f := range finds {
			out = append(out, f.String())
		}
	}
	return out
}

// Guards that nothing of a person is left on the kiosk: every service is filed,
// and left at every one of its pages, and then nothing that was typed, signed or
// brought is in the data folder, among the temporary files, at the printer or in
// the log. The remedies are the sealing before the disk and the wipe; the control
// is TestWithoutSealingWhatIsLeftIsFound.
func TestNothingIsLeftBehind(t *testing.T) {
	if testing.Short() {
		t.Skip("every page of every service takes a minute")
	}
	h := newHall(t, false)
	services, filed := 0, 0
	for _, s := range h.catalog.Services() {
		if s.In("es").Hidden {
			continue
		}
		services++
		longest, most := -1, 0
		for i, e := range s.Examples() {
			pages, done := h.visit(s.ID(), e, 0)
			if done {
				filed++
			}
			if pages > most {
				longest, most = i, pages
			}
		}
		for page := 1; page <= most; page++ {
			h.visit(s.ID(), s.Examples()[longest], page)
		}
	}
	if services < 15 || filed < 15 {
		t.Errorf("%d services were visited and %d requests filed", services, filed)
	}
	if err := h.box.Close(); err != nil {
		t.Error(err)
	}
	for _, find := range h.search() {
		t.Errorf("a canary is in %s", find)
	}
	printed, err := os.ReadDir(filepath.Join(h.dir, "spool"))
	if err != nil || len(printed) != filed {
		t.Errorf("%d receipts were printed for %d requests (%v)", len(printed), filed, err)
	}
	t.Logf("%d services, %d requests filed, %d canaries typed", services, filed, h.typed)
}

// The control: with nothing sealed the same visit leaves its canaries in the data
// folder, and the same search finds them.
func TestWithoutSealingWhatIsLeftIsFound(t *testing.T) {
	h := newHall(t, true)
	s, _ := h.catalog.Find("aviso-via-publica")
	filed := false
	for _, e := range s.Examples() {
		_, done := h.visit(s.ID(), e, 0)
		filed = filed || done
	}
	if err := h.box.Close(); err != nil {
		t.Error(err)
	}
	if finds := h.search(); !filed || len(finds) == 0 {
		t.Errorf("filed is %v and the search found %v", filed, finds)
	}
}
