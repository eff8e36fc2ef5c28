package screentest

import (
	"fmt"
	"strings"

	"chasqui/kiosk"
	"chasqui/kiosk/catalog"
	"chasqui/locales"
)

// WalkExample does a service as one of its examples has it, from the welcome page
// to where the answers lead: the review, or an outcome, on the example's day. visit sees every page on
// the way, each stage of a question by itself, before it is left; it may be nil.
// Files come from the stick.
func (b *Bench) WalkExample(service string, e catalog.Example, visit func(page string) error) error {
	s, ok := b.Catalog.Find(service)
	if !ok {
		return fmt.Errorf("there is no service %s", service)
	}
	if !e.Now.IsZero() {
		b.day(e.Now) // an age or a period is right on its day alone
	}
	b.see = visit
	defer func() { b.see = nil }()
	if err := b.OpenService(service); err != nil {
		return err
	}
	if err := b.goOn(); err != nil {
		return err
	}
	questions := map[string]kiosk.Question{}
	for _, q := range s.In(b.Station.Settings.Language).Questions {
		questions[q.ID] = q
	}
	for range len(questions) + 1 {
		id, asks := strings.CutPrefix(b.App.Page(), "question/")
		if !asks {
			break
		}
		v, answered := e.Answers[id]
		if !answered {
			return fmt.Errorf("%s, example %q: %s is asked and has no answer", service, e.Name, id)
		}
		if err := b.AnswerQuestion(questions[id], v); err != nil {
			return fmt.Errorf("%s, example %q: %w", service, e.Name, err)
		}
	}
	for b.App.Page() == "review" {
		if err := b.seen(); err != nil {
			return err
		}
		if !b.moreToReview() {
			return nil
		}
		if err := b.Tap(next); err != nil {
			return err
		}
	}
	return b.seen()
}

// moreToReview reports whether the review goes on on another page.
func (b *Bench) moreToReview() bool {
	c, ok := b.Find(next)
	return ok && c.Label == b.words().Text("review.more")
}

func (b *Bench) words() *locales.Words { return locales.In(b.Station.Settings.Language) }
