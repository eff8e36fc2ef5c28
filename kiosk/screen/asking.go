package screen

import (
	"chasqui/kiosk/look"
	"chasqui/kiosk/widget"
)

// asking is a page that asks for something to be written, outside of the questions
// of a service.
type asking struct {
	title, reason, trouble string
	layout                 widget.Layout
	// width of the field in millimetres, at most.
	width float32
}

// ask draws title, reason, field and keyboard. What there is no room for gives
// way: first the reason, then the size of the title; never the title itself.
func (d *drawing) ask(q asking, field *widget.Field) {
	l := d.l
	d.bottom = d.footTop // the keyboard stands on the foot
	d.y -= l.MM(3)
	fieldHeight := widget.FieldHeight(l, 1)
	title, reason, keyboard, compact, packed := l.Title, true, float32(0), false, false
	fits := func() bool {
		above := d.height(q.title, title, true, d.width) + l.MM(2) + fieldHeight + l.MM(6)
		if reason {
			above += d.height(q.reason, d.l.Hint, false, d.width) + l.MM(2)
		}
		if q.trouble != "" {
			above += d.troubleHeight(q.trouble)
		}
		keyboard, compact = widget.KeyboardHeight(l, q.layout, d.room()-above)
		if compact && !packed {
			return false
		}
		return keyboard <= d.room()-above
	}
	for _, try := range []struct {
		title  float32
		reason bool
	}{{l.Title, true}, {l.Body * 1.15, true}, {l.Title, false}, {l.Body * 1.15, false}, {l.Body, false}, {l.Hint, false}, {l.Small, false}} {
		title, reason = try.title, try.reason && q.trouble == ""
		if fits() {
			break
		}
	}
	packed = true // before letters become smaller the keys stand closer together
	for ; !fits() && d.l.Hint > d.least(); title = min(title, d.l.Hint) {
		d.l.Hint = max(d.l.Hint-1, d.least()) // what is to be done about it is said, if in smaller letters
	}
	d.paragraph(q.title, title, true, l.Ink)
	d.space(2)
	if reason {
		d.reason(q.reason)
	}
	if q.trouble != "" {
		d.trouble(q.trouble)
	}
	d.space(1.5) // for the ring of the focus
	d.place(field, field.ID, d.x, d.y, min(d.width, l.MM(q.width)), fieldHeight)
	d.add(field)
	d.field = field
	d.y += fieldHeight
	d.keyboard(field, q.layout, keyboard, widget.Lower, compact, nil)
}

// keyboard draws the keyboard of a field on the foot.
func (d *drawing) keyboard(field *widget.Field, layout widget.Layout, height float32, plane widget.Plane, compact bool, onPlane func(widget.Plane)) {
	k := widget.NewKeyboard(d.kit, field, widget.KeyLayout{
		Layout: layout, Language: d.app.session.Language(), Plane: plane, Compact: compact,
		Words: func(key string) string { return d.text(key) },
	})
	k.OnPlane = onPlane
	d.place(k, widget.KeyboardID, 0, d.footTop-height, d.size.Width, height)
	d.add(k)
}

// lines is how many lines a text takes.
func (d *drawing) lines(text string, size float32, bold bool, width float32) int {
	return len(look.Lines(text, size, bold, width, false))
}
