package visitor

import (
	"context"
	"errors"
	"fmt"
	"image"
	"slices"
	"strings"

	"chasqui/internal/e2e/eyes"
	"chasqui/kiosk"
	"chasqui/kiosk/catalog"
	"chasqui/kiosk/widget"
	"chasqui/locales"
	"chasqui/sync/wire"
)

// Come touches the visitor's language on the welcome page and waits for home.
func (v *Visitor) Come(ctx context.Context) error {
	if err := v.Note(ctx, "welcome"); err != nil {
		return err
	}
	name := ""
	for _, l := range locales.Languages() {
		if l.Tag == v.Language {
			name = l.Name
		}
	}
	if err := v.Tap(ctx, name); err != nil {
		return err
	}
	if _, err := v.See(ctx, v.Words("home.title")); err != nil {
		return err
	}
	return v.Note(ctx, "home")
}

// File walks a service from home to its Done page and returns what it was given
// there. answers are what is typed or chosen, by question; a question without one
// is passed by.
func (v *Visitor) File(ctx context.Context, service string, answers kiosk.Answers) (folio wire.Folio, code string, err error) {
	if err := v.Ask(ctx, service, answers); err != nil {
		return "", "", err
	}
	if err := v.Confirm(ctx); err != nil {
		return "", "", err
	}
	folio, code, err = v.Folio(ctx)
	if err != nil {
		return "", "", err
	}
	return folio, code, v.Note(ctx, "done")
}

// Ask walks a service from home to the page on which the answers are checked.
func (v *Visitor) Ask(ctx context.Context, service string, answers kiosk.Answers) error {
	f, err := v.flow(service)
	if err != nil {
		return err
	}
	shown := f.Service()
	if err := v.TapTitle(ctx, v.Words("situation."+shown.Situation)); err != nil {
		return err
	}
	if err := v.tapPaged(ctx, shown.Title); err != nil {
		return err
	}
	if _, err := v.see(ctx, eyes.Foot, v.Words("service.start")); err != nil {
		return err
	}
	if err := v.Note(ctx, "service"); err != nil {
		return err
	}
	if err := v.press(ctx, "service.start"); err != nil {
		return err
	}
	given := kiosk.Answers{}
	for q, more := f.First(given); more; q, more = f.Next(given, q.ID) {
		if err := v.answer(ctx, q, answers[q.ID]); err != nil {
			return fmt.Errorf("question %s: %w", q.ID, err)
		}
		value, trouble := f.Check(q.ID, answers[q.ID], given)
		if trouble != nil {
			return fmt.Errorf("question %s: the answer to give is not one: %s", q.ID, trouble.Message)
		}
		given[q.ID] = value
	}
	if _, err := v.see(ctx, eyes.Head, v.Words("review.title")); err != nil {
		return err
	}
	return v.Note(ctx, "review")
}

// Confirm goes to the end of the review and confirms.
func (v *Visitor) Confirm(ctx context.Context) error {
	for range 12 {
		key, err := v.pressOne(ctx, "review.confirm", "review.more")
		if err != nil {
			return err
		}
		if key == "review.confirm" {
			return nil
		}
	}
	return errors.New("the review has no end")
}

// answer answers the question that is shown.
func (v *Visitor) answer(ctx context.Context, q kiosk.Question, value kiosk.Value) error {
	phrases := []string{firstWords(q.Label, 4)}
	if q.Type == kiosk.TypeAddress {
		// An address is asked in parts, each with a question of its own.
		phrases = []string{firstWords(v.Words("address.region"), 3), firstWords(v.Words("address.comuna"), 3)}
	}
	zone := eyes.Head
	switch q.Type {
	case kiosk.TypeYesNo, kiosk.TypeOneOf, kiosk.TypeDocument:
		zone = eyes.Whole // what is chosen from will be read too
	}
	if _, _, err := v.seeAny(ctx, zone, phrases...); err != nil {
		return err
	}
	if err := v.Note(ctx, "question-"+q.ID); err != nil {
		return err
	}
	save := []string{"foot.save", "foot.next"}
	if value.IsZero() {
		_, err := v.pressOne(ctx, "foot.skip", "foot.save", "foot.next")
		return err
	}
	switch q.Type {
	case kiosk.TypeYesNo:
		if err := v.Tap(ctx, v.Words("answer."+value.Text)); err != nil {
			return err
		}
	case kiosk.TypeOneOf:
		i := slices.IndexFunc(q.Options, func(o kiosk.Option) bool { return o.ID == value.Text })
		if i < 0 {
			return fmt.Errorf("no option %q", value.Text)
		}
		if err := v.TapTitle(ctx, q.Options[i].Label); err != nil {
			return err
		}
	case kiosk.TypeDocument:
		kind := value.Parts["kind"]
		if err := v.TapTitle(ctx, v.Words("document."+kind)); err != nil {
			return err
		}
		if kind == "none" {
			break
		}
		if _, err := v.pressOne(ctx, save...); err != nil {
			return err
		}
		if _, err := v.see(ctx, eyes.Head, firstWords(v.Words("document.number."+kind), 2)); err != nil {
			return err
		}
		layout := widget.Letters
		if kind == "run" {
			layout = widget.RUN
		}
		if err := v.Type(ctx, layout, value.Parts["number"]); err != nil {
			return err
		}
		if err := v.Note(ctx, "question-"+q.ID+"-number"); err != nil {
			return err
		}
	case kiosk.TypeAddress:
		if err := v.place(ctx, value); err != nil {
			return err
		}
	case kiosk.TypePhone:
		if err := v.Type(ctx, widget.Phone, strings.TrimPrefix(value.Text, "+56")); err != nil {
			return err
		}
	case kiosk.TypeNumber:
		if err := v.Type(ctx, widget.Digits, value.Text); err != nil {
			return err
		}
	case kiosk.TypeEmail:
		if err := v.Type(ctx, widget.Email, value.Text); err != nil {
			return err
		}
	default:
		if err := v.Type(ctx, widget.Letters, value.Text); err != nil {
			return err
		}
		if err := v.Note(ctx, "question-"+q.ID+"-typed"); err != nil {
			return err
		}
	}
	_, err := v.pressOne(ctx, save...)
	return err
}

// place answers an address: the region and the comuna of the office stand there
// already, and the street is typed.
func (v *Visitor) place(ctx context.Context, value kiosk.Value) error {
	region, comuna, ok := catalog.FindComuna(value.Parts["comuna"])
	if !ok || region.Code != v.Office.Region || comuna.Code != v.Office.Comuna {
		return fmt.Errorf("this visitor lives in the office's own comuna, not in %q", value.Parts["comuna"])
	}
	street := firstWords(v.Words("address.street", "Comuna", comuna.Name), 3)
	for range 4 {
		found, _, err := v.seeAny(ctx, eyes.Head, street, firstWords(v.Words("address.comuna"), 3), firstWords(v.Words("address.region"), 3))
		if err != nil {
			return err
		}
		if found == street {
			return v.Type(ctx, widget.Letters, value.Parts["street"])
		}
		if _, err := v.pressOne(ctx, "foot.next", "foot.save"); err != nil {
			return err
		}
		if _, err := v.Screen.Await(ctx, v.Reader(), eyes.Head, "the next part of the address", Patience, func(p eyes.Page) bool { return !p.Has(found) }); err != nil {
			return err
		}
	}
	return errors.New("the street is never asked")
}

// press waits for a button of the foot and puts a finger on it.
func (v *Visitor) press(ctx context.Context, key string) error {
	_, err := v.pressOne(ctx, key)
	return err
}

// pressOne waits until one of several buttons stands in the foot, puts a finger
// on it, and says which it was.
func (v *Visitor) pressOne(ctx context.Context, keys ...string) (string, error) {
	foot := v.Screen.Height - v.Screen.Height/6
	pressed := ""
	see := func(p eyes.Page) (image.Rectangle, bool) {
		for _, key := range keys {
			for _, box := range p.FindAll(v.Words(key)) {
				if box.Min.Y > foot {
					pressed = key
					return box, true
				}
			}
		}
		return image.Rectangle{}, false
	}
	err := v.Screen.TapAndWait(ctx, v.Reader(), eyes.Foot, fmt.Sprintf("a button of %q", keys), Patience, see)
	return pressed, err
}

// firstWords returns the first n words of a phrase: enough to find it, where it
// may go on in the next line.
func firstWords(s string, n int) string {
	words := strings.Fields(s)
	return strings.Join(words[:min(n, len(words))], " ")
}

// Leave ends the visit from the Done page: a suggestion, if there is one, is
// refused, the faces are passed by, and the welcome page is there again.
func (v *Visitor) Leave(ctx context.Context) error {
	for {
		// What happens next may have a page of its own.
		key, err := v.pressOne(ctx, "foot.end", "foot.next")
		if err != nil {
			return err
		}
		if key == "foot.end" {
			break
		}
	}
	welcome := locales.In(locales.Source).Text("welcome.start")
	refuse := ""
	for _, s := range v.Catalog.Offered() {
		for _, suggestion := range s.In(v.Language).Suggestions {
			refuse = suggestion.Wordings[0].Refuse
		}
	}
	skip := v.Words("face.skip")
	found, _, err := v.seeAny(ctx, eyes.Whole, refuse, skip)
	if err != nil {
		return err
	}
	if found == refuse {
		if err := v.Note(ctx, "suggestion"); err != nil {
			return err
		}
		if err := v.Tap(ctx, refuse); err != nil {
			return err
		}
	}
	if err := v.Tap(ctx, skip); err != nil {
		return err
	}
	_, err = v.See(ctx, firstWords(welcome, 2))
	return err
}

// tapPaged touches what is called by a title, turning pages of tiles until it is
// seen.
func (v *Visitor) tapPaged(ctx context.Context, title string) error {
	three, two, next := firstWords(title, 3), firstWords(title, 2), v.Words("pager.next")
	for range 6 {
		found, err := v.tapFirst(ctx, three, two, next)
		if err != nil || found != next {
			return err
		}
	}
	return fmt.Errorf("%q is on no page", title)
}

// Person asks for a person on the welcome page.
func (v *Visitor) Person(ctx context.Context) error { return v.press(ctx, "home.person") }

// tapHighest is Tap on the highest place where a phrase stands.
func (v *Visitor) tapHighest(ctx context.Context, phrase string) error {
	return v.Screen.TapOn(ctx, v.Reader(), eyes.Whole, fmt.Sprintf("%q", phrase), Patience, func(p eyes.Page) (image.Rectangle, bool) {
		return p.Find(phrase)
	})
}

// TapTitle touches what is called by a phrase that may go on in a second line,
// where tesseract may read the tile beside it first: then its first words will do,
// as many as stand together, since its neighbour may begin with the same.
func (v *Visitor) TapTitle(ctx context.Context, title string) error {
	var beginnings []string
	for n := len(strings.Fields(title)); n >= 2; n-- {
		beginnings = append(beginnings, firstWords(title, n))
	}
	if len(beginnings) == 0 {
		beginnings = []string{title}
	}
	_, err := v.tapFirst(ctx, beginnings...)
	return err
}
