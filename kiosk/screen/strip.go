package screen

import (
	"chasqui/kiosk/look"
	"chasqui/kiosk/widget"
)

// stripRow is a row of the strip's controls.
type stripRow struct {
	controls []*widget.Button
	widths   []float32
	width    float32
}

func (r *stripRow) add(b *widget.Button, width, gap float32) {
	if len(r.controls) > 0 {
		r.width += gap
	}
	r.controls, r.widths, r.width = append(r.controls, b), append(r.widths, width), r.width+width
}

// strip draws the office's name at the left and the controls at the right, and
// returns how high it is. The controls are never written smaller than the text size
// says. Where they leave the name no room in one row, they take two; where even
// that is not enough the name gives way, which the welcome page shows.
func (d *drawing) strip() float32 {
	l := d.l
	rows := d.stripRows()
	height := l.Strip
	each := height - 2
	gap := l.MM(2.6)
	if len(rows) > 1 {
		each = max(l.LeastTarget, l.Small*1.3)
		height = float32(len(rows))*each + float32(len(rows)-1)*gap + 2
	}
	d.chrome = append(d.chrome, widget.Bar(0, 0, d.size.Width, height-2, l.Surface), widget.Bar(0, height-2, d.size.Width, 2, l.Line))
	left := d.size.Width
	for i, row := range rows {
		x, y := d.size.Width, float32(i)*(each+gap)
		if len(rows) > 1 {
			x -= l.MM(2)
		}
		for n, b := range row.controls {
			x -= row.widths[n]
			b = widget.NewButton(d.kit, b)
			d.place(b, b.ID, x, y, row.widths[n], each)
			d.chrome = append(d.chrome, b)
			x -= gap
		}
		if i == 0 && len(row.controls) > 0 {
			left = x
		}
	}
	d.stripName(left, each)
	return height
}

// stripRows puts the controls, which come from right to left, into as few rows as
// hold them beside the office's name.
func (d *drawing) stripRows() []stripRow {
	if d.app.busy {
		return []stripRow{{}}
	}
	l := d.l
	gap := l.MM(2.6)
	var one stripRow
	for _, b := range d.controls() {
		b.Kind, b.TextSize = widget.Strip, l.Small
		one.add(b, widget.StripWidth(d.kit, b), gap)
	}
	_, amending := d.app.amending()
	// The largest letters and a voice that is to be held need the room more than the
	// name of the office does. What somebody amends stays.
	givesWay := l.Size == look.Sizes-1
	if b := d.pause(); b != nil {
		// At the inner end, so that nothing else moves where there is one row.
		b.Kind, b.TextSize = widget.Strip, l.Small
		one.add(b, widget.StripWidth(d.kit, b), gap)
		givesWay = true
	}
	room := d.size.Width - one.width
	if room >= d.nameRoom() || room >= l.MM(24) && givesWay && !amending {
		return []stripRow{one}
	}
	// What is nearest to the edge stays beside the name, the rest goes below it.
	for first := 1; first < len(one.controls); first++ {
		rows := make([]stripRow, 2)
		for i, b := range one.controls {
			at := 0
			if i >= first {
				at = 1
			}
			rows[at].add(b, one.widths[i], gap)
		}
		if rows[1].width <= d.size.Width-l.MM(2) && rows[0].width <= d.size.Width-l.MM(24) {
			return rows
		}
	}
	return []stripRow{one}
}

const (
	crestMM    = 12
	stripPitch = 1.2
)

// nameRoom returns how much room the crest and the name take, the name on as many
// lines as fit.
func (d *drawing) nameRoom() float32 {
	_, name, _ := d.name()
	l := d.l
	room := look.Measure(name, l.Small, true).Width
	if 2*l.Small*stripPitch <= l.Strip {
		lines, whole := look.Balanced(name, l.Small, true, room*0.99, false), float32(0)
		for _, line := range lines {
			whole = max(whole, look.Measure(line, l.Small, true).Width)
		}
		room = whole
	}
	return room + l.MM(8+crestMM+4+4)
}

// name returns the sign at the strip's left, what stands beside it, and a shorter
// form of that, or "". Whoever amends a request is told so on every page, where the
// office's name is on others: there it takes no room from the questions.
func (d *drawing) name() (mark, name, short string) {
	if amendment, amending := d.app.amending(); amending {
		folio := amendment.Request.Folio.String()
		return "pencil", d.text("amend.strip."+string(amendment.Kind), "Folio", whole(folio)), folio
	}
	return "crest", d.app.office.Name, ""
}

// stripName draws crest and name up to left, on as many lines as a row of controls
// is high. A word is never broken.
func (d *drawing) stripName(left, height float32) {
	l := d.l
	mark, name, short := d.name()
	x, crest := l.MM(8), min(l.MM(crestMM), height-l.MM(1.5))
	d.chrome = append(d.chrome, widget.Picture(mark, l.Ink, x, (height-crest)/2, crest))
	x += crest + l.MM(4)
	for _, text := range []string{name, short} {
		for _, size := range []float32{l.Small * 1.08, l.Small, l.Least} {
			lines := look.Lines(text, size, true, left-x-l.MM(3), false)
			if text == "" || broken(text, size, left-x-l.MM(3)) || float32(len(lines))*size*stripPitch > height {
				continue
			}
			lines = look.Balanced(text, size, true, left-x-l.MM(3), false)
			objects, _ := widget.Lines(lines, size, stripPitch, true, l.Ink, x, (height-float32(len(lines))*size*stripPitch)/2)
			d.chrome = append(d.chrome, objects...)
			return
		}
	}
}

// broken reports whether a word of a text is wider than its line.
func broken(text string, size, width float32) bool {
	for _, word := range look.Words(text) {
		if look.Measure(word, size, true).Width > width {
			return true
		}
	}
	return false
}
