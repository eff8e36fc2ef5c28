package screen_test

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2/canvas"

	"chasqui/kiosk/look"
	"chasqui/kiosk/screen/screentest"
	"chasqui/locales"
)

// unbuttoned returns the texts of a page that are on no button and in no field.
func unbuttoned(b *screentest.Bench) []string {
	var out []string
	for _, d := range b.Tree() {
		if text, ok := d.Object.(*canvas.Text); ok && d.Within == nil && text.Text != "" {
			out = append(out, text.Text)
		}
	}
	return out
}

// partsOf goes on from page to page by a control and returns what each shows of a text,
// from where it begins until its end. It must be shown whole and in order.
func partsOf(t *testing.T, b *screentest.Bench, text, next string) []string {
	t.Helper()
	var parts []string
	left := text
	for range 40 {
		var part []string
		for _, line := range unbuttoned(b) {
			if rest, is := strings.CutPrefix(left, line); is {
				part, left = append(part, line), strings.TrimSpace(rest)
			}
		}
		if len(parts) > 0 || part != nil {
			parts = append(parts, strings.Join(part, " "))
		}
		if _, more := b.Find(next); !more || left == "" {
			break
		}
		do(t, b.Tap(next))
	}
	if left != "" {
		t.Fatalf("%q is shown nowhere", left)
	}
	return parts
}

// Guards whoever reads a long statement page by page, or hears it: no page ends in the
// midst of a sentence, neither where it is agreed to nor on the review; nothing is left
// out; and whoever is asked to agree has something of what it is to before them.
func TestAStatementIsPartedBetweenItsSentences(t *testing.T) {
	catalogue, service := every(t)
	parted := 0
	for _, shape := range screentest.Shapes() {
		statement := ""
		for _, q := range service.In(shape.Language).Questions {
			if q.ID == "agree" {
				statement = q.Statement
			}
		}
		for _, place := range []struct{ question, next string }{{"agree", "pager/next"}, {"", "foot/primary"}} {
			o := shape.Options()
			o.Catalog = catalogue
			b := bench(t, o)
			do(t, b.Reach(place.question))
			parts := partsOf(t, b, statement, place.next)
			if _, asked := b.Find("choice/no"); asked != (place.question != "") {
				t.Errorf("%v: under the end of the statement the choice is there: %v", shape, asked)
			}
			for i, part := range parts {
				if i+1 < len(parts) {
					parted++
				}
				whole := part == "" || strings.ContainsAny(part[len(part)-1:], ".?!")
				if shape.Language == locales.Pseudo {
					// There a sentence is longer than the largest letters have room for over
					// the choice: it is parted, but where one draws breath.
					whole = i+1 == len(parts) || whole || strings.HasSuffix(part, ",")
				}
				if part == "" || !whole {
					t.Errorf("%v: page %d of %d of %q ends with %q", shape, i+1, len(parts), b.App.Page(), part)
				}
			}
		}
	}
	if parted < 60 {
		t.Errorf("only %d pages end within the statement", parted)
	}
}

// Guards the choice under a consent whose question is long, in letters that are longer
// still: the question gives way before the tiles are drawn over the pager. These two
// services have the longest.
func TestAChoiceUnderAConsentHasItsRoom(t *testing.T) {
	services := bench(t, screentest.Options{}).Catalog
	for id, agree := range map[string]string{"registro-social-hogares": "agree", "hora-asistente-social": "call"} {
		s, ok := services.Find(id)
		if !ok {
			t.Fatalf("no service %s", id)
		}
		seen := 0
		for _, size := range screentest.Screens()[:2] {
			shape := screentest.Shape{Letters: look.Sizes - 1, Language: locales.Pseudo, Screen: size}
			for _, e := range s.Examples() {
				if _, answered := e.Answers[agree]; !answered {
					continue
				}
				b := bench(t, shape.Options())
				do(t, b.WalkExample(id, e, func(page string) error {
					if page != "question/"+agree {
						return nil
					}
					if _, asked := b.Find("choice/no"); asked {
						seen++
					}
					for _, fault := range b.Inspect() {
						t.Errorf("%s, %v: %v", id, shape, fault)
					}
					return nil
				}))
				break
			}
		}
		if seen < 2 {
			t.Errorf("%s: the choice was seen %d times", id, seen)
		}
	}
}
