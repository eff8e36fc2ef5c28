package listener

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"chasqui/internal/e2e/ears"
	"chasqui/kiosk"
	"chasqui/kiosk/catalog"
	"chasqui/kiosk/flow"
	"chasqui/locales"
	"chasqui/sync/wire"
)

// Errand is what she has come for: a service, and her answers.
type Errand struct {
	Service kiosk.Service // in her language
	Answers kiosk.Answers
	// Aloud says that she has no headset: she gives her yes to hearing aloud what is
	// private.
	Aloud bool
}

// Do files the request from the welcome page on, and returns the folio and the short
// code that were said to her.
func (l *Listener) Do(ctx context.Context, e Errand) (folio wire.Folio, code string, err error) {
	if err := l.begin(ctx, e); err != nil {
		return "", "", err
	}
	labels := map[string]kiosk.Question{}
	var titles []string
	for _, q := range e.Service.Questions {
		title := q.Label
		if q.Type == kiosk.TypeAddress {
			title = l.words("address.region") // it is asked step by step
		}
		labels[title] = q
		titles = append(titles, title)
	}
	review := l.words("review.title")
	titles = append(titles, review)
	if err := l.Choose(ctx, l.words("service.start")); err != nil {
		return "", "", fmt.Errorf("begin %s: %w", e.Service.ID, err)
	}
	for range len(titles) {
		title, err := l.Arrive(ctx, titles...)
		if err != nil {
			return "", "", err
		}
		titles = slices.DeleteFunc(titles, func(t string) bool { return t == title })
		if title == review {
			return l.confirm(ctx)
		}
		q := labels[title]
		if err := l.answer(ctx, q, e.Answers[q.ID]); err != nil {
			return "", "", fmt.Errorf("%q: %w", title, err)
		}
	}
	return "", "", fmt.Errorf("%w: every question was asked, and no review came", ErrLost)
}

// begin wakes the kiosk and goes to the page of the service.
func (l *Listener) begin(ctx context.Context, e Errand) error {
	lang, _ := locales.Find(l.Language)
	if err := l.Press(ctx, "Down"); err != nil {
		return err
	}
	if err := l.stand(ctx); err != nil {
		return err
	}
	if err := l.Choose(ctx, lang.Name); err != nil {
		return fmt.Errorf("the language: %w", err)
	}
	l.chosen = true
	home := l.words("home.title")
	if _, err := l.Arrive(ctx, home); err != nil {
		return err
	}
	if e.Aloud {
		if err := l.aloud(ctx, home); err != nil {
			return fmt.Errorf("what is private aloud: %w", err)
		}
	}
	for _, name := range []string{l.words("situation." + e.Service.Situation), e.Service.Title} {
		if err := l.Choose(ctx, name); err != nil {
			return err
		}
		if _, err := l.Arrive(ctx, name); err != nil {
			return err
		}
	}
	return nil
}

// aloud gives the yes on the page about the voice, and comes back.
func (l *Listener) aloud(ctx context.Context, back string) error {
	if err := l.Choose(ctx, l.words("strip.voice")); err != nil {
		return err
	}
	if _, err := l.Arrive(ctx, l.words("voice.title")); err != nil {
		return err
	}
	if err := l.Mark(ctx, l.words("voice.aloud")); err != nil {
		return err
	}
	if err := l.Choose(ctx, l.words("foot.back")); err != nil {
		return err
	}
	_, err := l.Arrive(ctx, back)
	return err
}

// answer answers a question, stage by stage, and goes on.
func (l *Listener) answer(ctx context.Context, q kiosk.Question, v kiosk.Value) error {
	switch {
	case v.IsZero():
	case q.Type == kiosk.TypeDocument:
		if err := l.Mark(ctx, l.words("document."+v.Parts[flow.PartKind])); err != nil {
			return err
		}
		if err := l.stage(ctx, l.words("document.number."+v.Parts[flow.PartKind])); err != nil {
			return err
		}
		if err := l.Write(ctx, v.Parts[flow.PartNumber]); err != nil {
			return err
		}
	case q.Type == kiosk.TypeAddress:
		return l.address(ctx, q, v)
	case len(q.Options) > 0 || q.Type == kiosk.TypeYesNo || q.Type == kiosk.TypeConsent:
		if err := l.Mark(ctx, l.optionName(q, v.Text)); err != nil {
			return err
		}
	default:
		// A telephone's number is said at home without the country.
		if err := l.Write(ctx, strings.TrimPrefix(v.Text, "+56")); err != nil {
			return err
		}
	}
	return l.goOn(ctx)
}

func (l *Listener) optionName(q kiosk.Question, id string) string {
	switch q.Type {
	case kiosk.TypeYesNo:
		return l.words("answer." + id)
	case kiosk.TypeConsent:
		return l.words("question.consent." + id)
	}
	for _, o := range q.Options {
		if o.ID == id {
			return o.Label
		}
	}
	return id
}

// address chooses region and comuna, and writes the street.
func (l *Listener) address(ctx context.Context, q kiosk.Question, v kiosk.Value) error {
	region, comuna, ok := catalog.FindComuna(v.Parts[flow.PartComuna])
	if !ok {
		return fmt.Errorf("there is no comuna %q", v.Parts[flow.PartComuna])
	}
	for _, step := range []struct{ choose, next string }{{region.Short, l.words("address.comuna")}, {comuna.Name, q.Label}} {
		if err := l.Mark(ctx, step.choose); err != nil {
			return err
		}
		if err := l.stage(ctx, step.next); err != nil {
			return err
		}
	}
	if err := l.Write(ctx, v.Parts[flow.PartStreet]); err != nil {
		return err
	}
	return l.goOn(ctx)
}

// stage goes on within a question, and hears what it asks next.
func (l *Listener) stage(ctx context.Context, title string) error {
	if err := l.goOn(ctx); err != nil {
		return err
	}
	_, err := l.Arrive(ctx, title)
	return err
}

func (l *Listener) goOn(ctx context.Context) error {
	return l.Choose(ctx, l.words("foot.next"), l.words("foot.save"), l.words("foot.skip"))
}

// confirm hears the review to its end, files the request, and listens for what she
// needs to ask for it later.
func (l *Listener) confirm(ctx context.Context) (folio wire.Folio, code string, err error) {
	confirm, more := l.words("review.confirm"), l.words("review.more")
	for {
		if err := l.reach(ctx, confirm, more); err != nil {
			return "", "", fmt.Errorf("the review: %w", err)
		}
		here := l.Ears.Heard()[:l.from]
		if err := l.Press(ctx, "Return"); err != nil {
			return "", "", err
		}
		if said := here[max(len(here)-3, 0):]; !slices.ContainsFunc(said, func(s ears.Said) bool { return called(s.Text, more) }) {
			break
		}
		if err := l.stand(ctx); err != nil {
			return "", "", err
		}
	}
	done := l.words("done.title")
	if _, err := l.hear(ctx, fmt.Sprintf("%q", done), func(text string) bool { return alike(text, done) }); err != nil {
		return "", "", err
	}
	return l.Receipt(ctx)
}

// Receipt listens for the folio and the short code of a request, sign by sign.
func (l *Listener) Receipt(ctx context.Context) (folio wire.Folio, code string, err error) {
	said, err := l.Numbers(ctx,
		func(text string) bool {
			folio, err = wire.ParseFolio(text)
			return err == nil && strings.ContainsAny(text, "0123456789")
		},
		func(text string) bool { code, err = wire.ParseShortCode(text); return err == nil },
	)
	if err != nil {
		return "", "", fmt.Errorf("folio and code: %w; heard: %q", err, said)
	}
	return folio, code, nil
}
