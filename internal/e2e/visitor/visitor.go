// Package visitor is a citizen who comes with an errand: it walks a service in
// the real window with a finger, from the welcome page to the folio, and knows
// the pages only by the words on them.
package visitor

import (
	"context"
	"fmt"
	"image"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"chasqui/internal/e2e/eyes"
	"chasqui/kiosk"
	"chasqui/kiosk/catalog"
	"chasqui/kiosk/flow"
	"chasqui/locales"
	"chasqui/sync/wire"
)

// Patience is how long a visitor waits for a page.
const Patience = 40 * time.Second

// readers are tesseract's names for our languages.
var readers = map[string]string{"es": "spa", "en": "eng", "pt": "por", "ht": "hat"}

// Visitor is one person at the screen.
type Visitor struct {
	Screen   *eyes.Screen
	Language string
	Catalog  *catalog.Catalog
	Office   kiosk.Office
	// Shots is the folder for numbered pictures; none are kept when it is empty.
	Shots string
	// Count numbers the pictures; several visitors may share it.
	Count *int
	// OnPage, when set, is shown every page as it was read.
	OnPage func(name string, page eyes.Page) error
}

// Words resolves a key of the interface in the visitor's language.
func (v *Visitor) Words(key string, args ...any) string {
	return locales.In(v.Language).Text(key, args...)
}

// Reader is tesseract's name for the visitor's language.
func (v *Visitor) Reader() string { return readers[v.Language] }

// See waits until a phrase stands on the screen.
func (v *Visitor) See(ctx context.Context, phrase string) (eyes.Page, error) {
	return v.see(ctx, eyes.Whole, phrase)
}

// see is See for a phrase that should stand in a part of the page.
func (v *Visitor) see(ctx context.Context, zone eyes.Zone, phrase string) (eyes.Page, error) {
	_, page, err := v.seeAny(ctx, zone, phrase)
	return page, err
}

// seeAny waits until one of several phrases stands on the screen, and says which.
func (v *Visitor) seeAny(ctx context.Context, zone eyes.Zone, phrases ...string) (string, eyes.Page, error) {
	found := ""
	page, err := v.Screen.Await(ctx, v.Reader(), zone, fmt.Sprintf("one of %q", phrases), Patience, func(p eyes.Page) (ok bool) {
		found, _, ok = first(p, phrases)
		return ok
	})
	return found, page, err
}

// Tap waits for a phrase and puts a finger on it: on the lowest one, since what
// can be done stands below what is said.
func (v *Visitor) Tap(ctx context.Context, phrase string) error {
	return v.Screen.TapOn(ctx, v.Reader(), eyes.Whole, fmt.Sprintf("%q", phrase), Patience, func(p eyes.Page) (image.Rectangle, bool) {
		return lowest(p, phrase)
	})
}

// tapFirst is Tap on the first of several phrases that stands on the page. It says
// which.
func (v *Visitor) tapFirst(ctx context.Context, phrases ...string) (string, error) {
	found := ""
	err := v.Screen.TapOn(ctx, v.Reader(), eyes.Whole, fmt.Sprintf("one of %q", phrases), Patience, func(p eyes.Page) (box image.Rectangle, ok bool) {
		found, box, ok = first(p, phrases)
		return box, ok
	})
	return found, err
}

// first returns the first of several phrases that stands on a page, and where its
// lowest is.
func first(p eyes.Page, phrases []string) (string, image.Rectangle, bool) {
	for _, phrase := range phrases {
		if box, ok := lowest(p, phrase); ok {
			return phrase, box, true
		}
	}
	return "", image.Rectangle{}, false
}

// lowest returns the lowest place where a phrase stands.
func lowest(p eyes.Page, phrase string) (image.Rectangle, bool) {
	all := p.FindAll(phrase)
	if len(all) == 0 {
		return image.Rectangle{}, false
	}
	return all[len(all)-1], true
}

// TapAt puts a finger on a point.
func (v *Visitor) TapAt(ctx context.Context, at image.Point) error { return v.Screen.Tap(ctx, at) }

// Note keeps a numbered picture of the page and shows it to OnPage.
func (v *Visitor) Note(ctx context.Context, name string) error {
	if v.Shots != "" {
		*v.Count++
		path := filepath.Join(v.Shots, fmt.Sprintf("%02d-%s.png", *v.Count, name))
		if err := os.MkdirAll(v.Shots, 0o755); err != nil { // #nosec G301 -- pictures for everybody
			return err
		}
		if err := v.Screen.Shoot(path); err != nil {
			return err
		}
	}
	if v.OnPage == nil {
		return nil
	}
	page, err := v.Screen.Read(ctx, v.Reader(), eyes.Whole)
	if err != nil {
		return err
	}
	return v.OnPage(name, page)
}

// flow returns the flow of a service, with which the visitor knows what will be
// asked next.
func (v *Visitor) flow(service string) (*flow.Flow, error) {
	s, ok := v.Catalog.Find(service)
	if !ok {
		return nil, fmt.Errorf("no service %q in the catalogue", service)
	}
	return flow.New(s, v.Language, v.Office, time.Now(), v.Words, locales.In(v.Language)), nil
}

// Folio reads the folio and the short code off the Done page. The folio stands
// there in letters and in the QR code; where tesseract takes one letter for
// another, so that the check character does not fit, the QR code is what is read,
// and where both can be read they must agree.
func (v *Visitor) Folio(ctx context.Context) (folio wire.Folio, code string, err error) {
	_, err = v.Screen.Await(ctx, v.Reader(), eyes.Whole, "a folio and its code", Patience, func(p eyes.Page) bool {
		folio, code = findFolio(p), findCode(p)
		return code != "" && p.Has(v.Words("done.title"))
	})
	if err != nil {
		return "", "", err
	}
	texts, err := v.Screen.QR(ctx)
	if err != nil {
		return "", "", err
	}
	for _, text := range texts {
		address, err := url.Parse(text)
		if err != nil {
			continue
		}
		drawn, err := wire.ParseFolio(address.Query().Get("f"))
		if err != nil {
			continue
		}
		if folio != "" && folio != drawn {
			return "", "", fmt.Errorf("the page says %s and its QR code %s", folio, drawn)
		}
		return drawn, code, nil
	}
	if folio == "" {
		return "", "", fmt.Errorf("%w: a folio, in letters or in a QR code", eyes.ErrNotSeen)
	}
	return folio, code, nil
}

// groups are how many letters stand together in a folio as it is shown.
var groups = []int{3, 4, 4, 1}

// findFolio looks for four words in a row that make a folio, grouped as one is: a
// letter too many, read where there is none, may make another that fits by chance.
func findFolio(p eyes.Page) wire.Folio {
	for i := range p.Words {
		text := ""
		for k, letters := range groups {
			if i+k >= len(p.Words) || len(p.Words[i+k].Text) != letters {
				break
			}
			text += p.Words[i+k].Text
		}
		if folio, err := wire.ParseFolio(text); err == nil {
			return folio
		}
	}
	return ""
}

// findCode looks for the short code: two groups of three digits side by side.
func findCode(p eyes.Page) string {
	for i, w := range p.Words {
		if code, err := wire.ParseShortCode(digits(w.Text)); err == nil {
			return code
		}
		if i+1 < len(p.Words) && len(w.Text) == 3 && len(p.Words[i+1].Text) == 3 && sameLine(w, p.Words[i+1]) {
			if code, err := wire.ParseShortCode(digits(w.Text) + digits(p.Words[i+1].Text)); err == nil {
				return code
			}
		}
	}
	return ""
}

// digits is what a reader takes for digits who knows that no letters stand there: tesseract
// does not. A word without any digit is a word.
func digits(word string) string {
	if !strings.ContainsAny(word, "0123456789") {
		return word
	}
	return strings.NewReplacer("B", "8", "O", "0", "I", "1", "S", "5", "Z", "2", "G", "6").Replace(word)
}

func sameLine(a, b eyes.Word) bool {
	return a.Box.Min.Y < b.Box.Max.Y && b.Box.Min.Y < a.Box.Max.Y && strings.TrimSpace(a.Text) != ""
}
