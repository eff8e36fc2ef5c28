package visitor

import (
	"context"
	"fmt"
	"image"

	"chasqui/internal/e2e/eyes"
	"chasqui/kiosk/widget"
	"chasqui/locales"
)

// Desk opens the front desk's page from any page that has the strip.
func (v *Visitor) Desk(ctx context.Context, pin string) error {
	if err := v.tapHighest(ctx, v.Words("strip.help")); err != nil {
		return err
	}
	if err := v.TapTitle(ctx, v.Words("help.desk")); err != nil {
		return err
	}
	if _, err := v.see(ctx, eyes.Head, v.Words("pin.title")); err != nil {
		return err
	}
	if err := v.Type(ctx, widget.PIN, pin); err != nil {
		return err
	}
	if err := v.press(ctx, "pin.open"); err != nil {
		return err
	}
	_, err := v.see(ctx, eyes.Foot, v.Words("desk.close"))
	return err
}

// Queue turns to the desk's requests and opens the desk again where it has closed, as it
// does when nobody touches it for long.
func (v *Visitor) Queue(ctx context.Context, pin string) error {
	queue, stay, welcome := v.Words("desk.queue"), v.Words("warning.here"), firstWords(v.Words("welcome.start"), 2)
	for {
		there, _, err := v.seeAny(ctx, eyes.Whole, queue, stay, welcome)
		switch {
		case err != nil:
		case there != welcome:
			err = v.Tap(ctx, there)
		default:
			if err = v.Come(ctx); err == nil {
				err = v.Desk(ctx, pin)
			}
		}
		if err != nil || there == queue {
			return err
		}
	}
}

// Tally touches a service's tile on the desk's counter, on whichever of its pages
// that is, and waits for the tally of one beside it.
func (v *Visitor) Tally(ctx context.Context, title string) error {
	// Opening the part turns back to its first page.
	if err := v.Tap(ctx, v.Words("desk.tally")); err != nil {
		return err
	}
	if _, err := v.See(ctx, firstWords(v.Words("desk.tally.text"), 4)); err != nil {
		return err
	}
	phrase, next := firstWords(title, 3), v.Words("pager.next")
	for range 12 {
		found := ""
		err := v.Screen.TapAndWait(ctx, v.Reader(), eyes.Whole, fmt.Sprintf("%q on the counter", phrase), Patience, func(p eyes.Page) (image.Rectangle, bool) {
			for _, found = range []string{phrase, next} {
				if box, ok := p.Find(found); ok {
					return box, true
				}
			}
			return image.Rectangle{}, false
		})
		if err != nil {
			return err
		}
		if found == phrase {
			_, err := v.See(ctx, locales.In(v.Language).Plural("desk.tally.today", 1))
			return err
		}
	}
	return fmt.Errorf("%q is on no page of the counter", title)
}

// Untally takes back what was tallied last.
func (v *Visitor) Untally(ctx context.Context) error { return v.press(ctx, "desk.tally.undo") }
