package screen

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"chasqui/kiosk"
	"chasqui/kiosk/look"
	"chasqui/kiosk/widget"
)

// The boxes of a date and of a time.
const (
	boxDay    = "day"
	boxMonth  = "month"
	boxYear   = "year"
	boxHour   = "hour"
	boxMinute = "minute"
)

// boxesOf takes a canonical date or time apart.
func boxesOf(t kiosk.QuestionType, text string) map[string]string {
	names, sign := []string{boxYear, boxMonth, boxDay}, "-"
	if t == kiosk.TypeTime {
		names, sign = []string{boxHour, boxMinute}, ":"
	}
	out := map[string]string{}
	parts := strings.Split(text, sign)
	if len(parts) != len(names) {
		return out
	}
	for i, name := range names {
		out[name] = parts[i]
	}
	return out
}

// written returns what stands in the boxes of a question, for the flow to read. It
// is the zero Value where nothing does.
func written(boxes map[string]string) kiosk.Value {
	v := kiosk.Value{Parts: map[string]string{}}
	for name, text := range boxes {
		if text != "" {
			v.Parts[name] = text
		}
	}
	if len(v.Parts) == 0 {
		return kiosk.Value{}
	}
	return v
}

// boxNames returns the boxes of a question in the order of the language, nil for
// one that is not answered in boxes.
func (p *questionPage) boxNames(d *drawing, q kiosk.Question) []string {
	if p.stage != stageWhole {
		return nil
	}
	switch q.Type {
	case kiosk.TypeDate:
		var names []string
		for _, letter := range d.w.DateOrder() {
			names = append(names, map[rune]string{'D': boxDay, 'M': boxMonth, 'Y': boxYear}[letter])
		}
		return names
	case kiosk.TypeTime:
		return []string{boxHour, boxMinute}
	}
	return nil
}

// boxDigits is how many digits a box takes.
func boxDigits(name string) int {
	if name == boxYear {
		return 4
	}
	return 2
}

// full reports whether nothing more can follow in a box: 4 is a whole day of the
// month, 1 may become 12.
func full(name, text string) bool {
	if len(text) >= boxDigits(name) {
		return true
	}
	first := map[string]string{boxDay: "3", boxMonth: "1", boxHour: "2", boxMinute: "5"}[name]
	return first != "" && len(text) == 1 && text > first
}

// captionHeight is the height of a word over a field, with room for the ring of the
// focus below it.
func (d *drawing) captionHeight() float32 {
	return d.l.Small*look.TitleHeight + widget.RingRoom + d.l.MM(0.5)
}

// drawBoxes draws the boxes of a date or a time, each with its name over it.
func (p *questionPage) drawBoxes(d *drawing, q kiosk.Question, right, height float32) {
	l := d.l
	names := p.boxNames(d, q)
	if !slices.Contains(names, p.box) {
		p.box = names[0]
		for _, name := range slices.Backward(names) {
			if p.parts[name] == "" {
				p.box = name
			}
		}
	}
	p.boxes, p.order = map[string]*widget.Field{}, names
	x, caption := d.x, d.captionHeight()
	for i, name := range names {
		label := d.text("question.box." + name)
		width := p.boxWidth(d, name)
		left := x
		if q.Type == kiosk.TypeTime {
			x = p.drawStep(d, name+"/minus", "minus", d.text("question.less", "What", label), x, d.y+caption, height, func() { p.step(q, name, -1) })
			left = x
		}
		d.add(widget.Text(label, l.Small, false, l.Muted, left, d.y))
		d.y += caption
		p.drawBox(d, q, names, i, x, width, height)
		d.y -= caption
		x += width + l.Gap
		if q.Type == kiosk.TypeTime {
			x = p.drawStep(d, name+"/plus", "plus", d.text("question.more", "What", label), x, d.y+caption, height, func() { p.step(q, name, 1) }) + l.MM(4)
		}
	}
	if q.Type == kiosk.TypeDate && !p.under {
		picker := p.picker(d, q)
		if right-x < widget.LeastWidth(d.kit, picker) {
			// Its word would be broken: the sign stands alone, and the word is said.
			picker.Spoken, picker.Label = picker.Label, ""
		}
		d.button(picker, x, d.y+caption, min(widget.Width(d.kit, picker), right-x), height)
	}
}

// picker leads to the page of a month.
func (p *questionPage) picker(d *drawing, q kiosk.Question) *widget.Button {
	return &widget.Button{ID: "date/picker", Icon: "calendar", Label: d.text("question.date.pick"), TextSize: d.l.Hint, OnTap: func() { p.pick(q) }}
}

// boxesWidth is how wide the boxes of a date are.
func (p *questionPage) boxesWidth(d *drawing, q kiosk.Question) float32 {
	width := float32(0)
	for _, name := range p.boxNames(d, q) {
		width += p.boxWidth(d, name) + d.l.Gap
	}
	return width
}

func (p *questionPage) boxWidth(d *drawing, name string) float32 {
	return max(widget.BoxWidth(d.l, boxDigits(name)), look.Measure(d.text("question.box."+name), d.l.Small, false).Width+1)
}

// beside reports whether what may be touched instead of writing has room for its
// words beside what is written into; where it has none it may stand under it.
func (p *questionPage) beside(d *drawing, q kiosk.Question) bool {
	if q.Type != kiosk.TypeDate || p.stage != stageWhole {
		return true
	}
	width := p.boxesWidth(d, q) + widget.LeastWidth(d.kit, p.picker(d, q))
	if declinable(q) {
		width += d.l.Gap + p.declineWidth(d, q)
	}
	return width <= d.width
}

// underHeight is the height of the row under the boxes.
func (p *questionPage) underHeight(d *drawing, q kiosk.Question) float32 {
	height := d.l.LeastTarget
	for i, b := range p.underButtons(d, q) {
		height = max(height, widget.ActionHeight(d.kit, b, p.underWidths(d, q)[i]))
	}
	return height + d.l.Gap
}

func (p *questionPage) underButtons(d *drawing, q kiosk.Question) []*widget.Button {
	out := []*widget.Button{p.picker(d, q)}
	if declinable(q) {
		b := p.declineButton(d, q, widget.Quiet)
		b.TextSize = d.l.Hint
		out = append(out, b)
	}
	return out
}

// underWidths are the widths of the buttons under the boxes: what their words take,
// or an equal part of the row each.
func (p *questionPage) underWidths(d *drawing, q kiosk.Question) []float32 {
	all := p.underButtons(d, q)
	var out []float32
	for _, b := range all {
		out = append(out, min(widget.Width(d.kit, b), (d.width-float32(len(all)-1)*d.l.Gap)/float32(len(all))))
	}
	return out
}

// drawUnder draws the row under the boxes.
func (p *questionPage) drawUnder(d *drawing, q kiosk.Question) {
	x, height := d.x, p.underHeight(d, q)-d.l.Gap
	for i, b := range p.underButtons(d, q) {
		width := p.underWidths(d, q)[i]
		d.button(b, x, d.y+d.l.Gap, width, height)
		x += width + d.l.Gap
	}
}

func (p *questionPage) drawBox(d *drawing, q kiosk.Question, names []string, i int, x, width, height float32) {
	name := names[i]
	id := string(q.Type) + "/" + name
	field := widget.NewField(d.kit, &widget.Field{
		ID: id, Max: boxDigits(name), Trouble: p.trouble != nil, Accept: accepts(widget.Digits),
		Idle: name != p.box, OnSubmit: p.Proceed,
		OnFocus: func() { p.aim(d, name) },
		OnLeave: func() {
			if i > 0 {
				p.goTo(d, names[i-1])
			}
		},
	}, p.parts[name])
	field.OnChanged = func(text string) {
		p.parts[name] = text
		p.say()
		p.relabel(d, q)
		if full(name, text) && i+1 < len(names) && field.Caret() == len(text) {
			p.goTo(d, names[i+1])
		}
	}
	d.place(field, id, x, d.y, width, height)
	d.add(field)
	p.boxes[name] = field
	if name == p.box {
		p.field, d.field = field, field
	}
}

// aim makes a box the one that the keyboard writes into.
func (p *questionPage) aim(d *drawing, name string) {
	field := p.boxes[name]
	if field == nil || p.app.drawn != d {
		return
	}
	p.box, p.field, d.field = name, field, field
	for other, box := range p.boxes {
		box.SetIdle(other != name)
	}
	if p.board != nil {
		p.board.SetField(field)
	}
}

// aimAtGap makes the keyboard, reached by Tab through all the boxes, write into the
// first one that is not full, or else go on at the end of the last. Its own key to
// delete leads back from box to box.
func (p *questionPage) aimAtGap(d *drawing) {
	for i, name := range p.order {
		if !full(name, p.parts[name]) || i == len(p.order)-1 {
			p.aim(d, name)
			return
		}
	}
}

// goTo goes on to a box. Whoever walks the keyboard by arrows keeps their place.
func (p *questionPage) goTo(d *drawing, name string) {
	p.aim(d, name)
	if p.board == nil || !p.board.Focused() {
		p.app.canvas.Focus(p.boxes[name])
	}
}

// drawStep draws a button that steps a value, and returns where it ends.
func (p *questionPage) drawStep(d *drawing, id, icon, spoken string, x, y, height float32, onTap func()) float32 {
	width := d.l.MM(16)
	d.button(&widget.Button{ID: id, Kind: widget.Cell, Icon: icon, Spoken: spoken, OnTap: onTap}, x, y, width, height)
	return x + width + d.l.Gap
}

// steps are how far one touch steps a box of a time.
var steps = map[string]struct{ by, of int }{boxHour: {1, 24}, boxMinute: {5, 60}}

// step steps an hour or a minute, round and round.
func (p *questionPage) step(q kiosk.Question, name string, way int) {
	by, of := steps[name].by, steps[name].of
	n, err := strconv.Atoi(p.parts[name])
	switch {
	case err != nil && name == boxHour:
		n = 8 // about when an office opens
	case err != nil:
		n = 0
	case way > 0:
		n = (n/by + 1) * by % of
	default:
		n = ((n+by-1)/by*by - by + of) % of
	}
	p.parts[name] = fmt.Sprintf("%02d", n)
	if name == boxHour && p.parts[boxMinute] == "" {
		p.parts[boxMinute] = "00"
	}
	p.box, p.declined, p.trouble = name, false, nil
	if _, writing := p.boxes[strings.TrimPrefix(p.app.kit.FocusedID(), string(q.Type)+"/")]; writing {
		p.app.kit.FocusFirst() // whoever touches goes on in the box that was stepped
	}
	p.app.redraw()
}

// mostSteps is the widest range of a number that has steppers.
const mostSteps = 20

// stepped reports whether a number is small enough to be stepped to.
func stepped(q kiosk.Question) bool {
	return q.Type == kiosk.TypeNumber && q.Max > 0 && q.Max-q.Min <= mostSteps
}

// drawStepped draws the field of a number between two steppers.
func (p *questionPage) drawStepped(d *drawing, q kiosk.Question, right, height float32) {
	step := func(way int) func() { return func() { p.stepNumber(q, way) } }
	x := p.drawStep(d, "number/minus", "minus", d.text("question.less", "What", q.Label), d.x, d.y, height, step(-1))
	width := min(widget.BoxWidth(d.l, 4), right-x)
	p.drawField(d, q, widget.Digits, 1, x, width)
	p.drawStep(d, "number/plus", "plus", d.text("question.more", "What", q.Label), x+width+d.l.Gap, d.y, height, step(1))
}

func (p *questionPage) stepNumber(q kiosk.Question, way int) {
	n, err := strconv.Atoi(p.text)
	if err != nil {
		n = q.Min
	} else {
		n = min(max(n+way, q.Min), q.Max)
	}
	p.text = strconv.Itoa(n)
	p.caret, p.declined, p.trouble = len(p.text), false, nil
	p.app.redraw()
}
