package screentest

import (
	"fmt"

	"chasqui/kiosk"
)

// questionScenes are the pages of each type of question, in each state.
func questionScenes() []Scene {
	// at goes to a question of the service that has every type, as the first example
	// has answered it up to there, and does steps on it.
	at := func(question string, steps ...string) func(*Bench) error {
		return func(b *Bench) error {
			if err := b.Reach(question); err != nil {
				return err
			}
			return b.Steps(steps...)
		}
	}
	people := func(steps ...string) func(*Bench) error {
		return func(b *Bench) error {
			if err := b.Reach("people"); err != nil {
				return err
			}
			for range 2 {
				if err := b.Taps("entry/1/remove", "remove/yes"); err != nil {
					return err
				}
			}
			return b.Steps(steps...)
		}
	}
	signed := func(steps ...string) func(*Bench) error {
		return func(b *Bench) error {
			if err := b.Reach("signature"); err != nil {
				return err
			}
			if err := b.Sign(); err != nil {
				return err
			}
			return b.Steps(steps...)
		}
	}
	review := func(page int) func(*Bench) error {
		return func(b *Bench) error {
			if err := signed(next)(b); err != nil {
				return err
			}
			for range page {
				if !b.moreToReview() {
					break
				}
				if err := b.Tap(next); err != nil {
					return err
				}
			}
			return nil
		}
	}
	scenes := []Scene{
		{Name: "money", Steps: at("income")},
		{Name: "money-decline", Steps: at("rent", "=1250000")},
		{Name: "money-declined", Steps: at("rent", "choice/declined")},
		{Name: "money-trouble", Steps: at("income", "key/delete", "key/delete", "key/delete", "key/delete", "key/delete", "key/delete", next)},
		{Name: "date", Steps: at("married")},
		{Name: "date-filled", Steps: at("born")},
		{Name: "date-trouble", Steps: at("married", "=3102", next)},
		{Name: "date-picker", Steps: at("born", "date/picker")},
		{Name: "date-picker-month", Steps: at("married", "date/picker", "month/minus", "month/minus", "month/minus")},
		{Name: "time", Steps: at("at", "minute/plus")},
		{Name: "number-steps", Steps: at("rooms", "number/plus")},
		{Name: "one-of-long", Steps: at("trade")},
		{Name: "one-of-search", Steps: at("trade", "search/open")},
		{Name: "one-of-found", Steps: at("trade", "search/open", "=co")},
		{Name: "one-of-nothing", Steps: at("trade", "search/open", "=zzz")},
		{Name: "comuna-search", Steps: at("place", next, "search/open", "=pu")},
		{Name: "many-of", Steps: at("things")},
		{Name: "many-of-trouble", Steps: at("things", "choice/road", "choice/tree", next)},
		{Name: "many-of-search", Steps: at("things", "search/open", "=a")},
		{Name: "many-of-declined", Steps: at("help", "choice/declined")},
		{Name: "consent", Steps: at("agree")},
		{Name: "consent-no", Steps: at("agree", "choice/no")},
		{Name: "signature", Steps: at("signature")},
		{Name: "signature-drawn", Steps: signed()},
		{Name: "signature-typed", Steps: at("signature", "signature/typed", "=Persona de Ejem")},
		{Name: "signature-trouble", Steps: at("signature", next)},
		{Name: "group", Steps: at("people")},
		{Name: "group-remove", Steps: at("people", "entry/2/remove")},
		{Name: "group-empty", Steps: people()},
		{Name: "group-trouble", Steps: people(next)},
		{Name: "group-entry", Steps: at("people", "entry/2/change")},
		{Name: "group-money", Steps: people("entry/add", "=Ana", next, "=01052010", next, "choice/studies", next)},
		{Name: "camera", Steps: at("picture", "files/camera")},
		{Name: "camera-taken", Steps: at("picture", "files/camera", next)},
		{Name: "camera-kept", Steps: at("picture", "files/camera", next, next)},
		{Name: "file-preview", Steps: func(b *Bench) error {
			if err := b.Reach("picture"); err != nil {
				return err
			}
			return b.enterFile(&kiosk.File{Name: "poste.png", Media: "image/png"})
		}},
		{Name: "review-every-1", Steps: review(0)},
		{Name: "review-every-2", Steps: review(1)},
		{Name: "review-every-3", Steps: review(2)},
		{Name: "review-every-4", Steps: review(3)},
	}
	for i := range scenes {
		scenes[i].Every = true
	}
	return scenes
}

// Reach goes to a question of the service that has every type, past answers to all
// others; nothing is answered there yet where the question is optional.
func (b *Bench) Reach(question string) error {
	s, ok := b.Catalog.Find(EveryService)
	if !ok {
		return fmt.Errorf("the catalogue has no %s", EveryService)
	}
	answers := s.Examples()[0].Answers
	delete(answers, "picture") // an example has no content
	delete(answers, "signature")
	answers["picture"] = kiosk.Value{}
	if question == "signature" || question == "picture" || question == "married" || question == "rent" {
		delete(answers, question)
	}
	if err := b.Begin(); err != nil {
		return err
	}
	b.App.Open(EveryService, answers, question)
	return nil
}
