package screen

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"chasqui/kiosk/look"
	"chasqui/kiosk/widget"
)

// fact is one row of a page that tells: a label at the left, its text at the right.
type fact struct {
	label, text string
	// lead is what matters most of it, in bold letters before the text.
	lead string
	// icon stands before the lead, in the colour of what is to be done next.
	icon string
	// whole says that it is parted only where it has no room on a page of its own.
	whole bool
	// goesOn says that it is the rest of a fact whose beginning is on the page before.
	goesOn bool
}

// facts draws rows of label and text, parted by rules, and pages them.
func (d *drawing) facts(all []fact, page *int, turn func()) {
	pages := d.factPages(all, d.y, d.y)
	if len(pages) == 0 {
		return
	}
	*page = min(max(*page, 0), len(pages)-1)
	d.drawFacts(pages[*page])
	d.pager(*page, len(pages), func(to int) {
		*page = to
		turn()
	})
}

// overFacts draws what stands over facts, so that it leaves them the room of a label
// and two lines at least.
func (d *drawing) overFacts(draw func()) {
	form := d.factForm()
	d.fitOver(d.pagerHeight()+d.l.Hint*form.pitch+2*form.step+2*form.pad, draw)
}

// factRow is a fact, or a part of one, as it is drawn.
type factRow struct {
	labels, lines []string
	// label is the size of the label's letters.
	label float32
	// bold is how many of the lines are the lead; icon stands before them, and all of
	// them are set in by indent.
	bold           int
	icon           string
	indent, height float32
}

// factForm is how facts are laid out at a text size.
type factForm struct {
	// stacked says that the label stands over its text, as it does where the letters
	// are large, and where labels are long; heavy that it is then in bold letters.
	stacked, heavy            bool
	left, width, labels, step float32
	// pitch is the distance of a label's lines in parts of their size.
	pad, pitch float32
}

func (d *drawing) factForm() factForm {
	l := d.l
	left := d.width * 0.3
	f := factForm{left: left, width: d.width - left, labels: left - l.MM(4), step: l.Body * look.LineHeight, pad: l.MM(3), pitch: look.LineHeight}
	if l.Size >= 2 || d.width < l.MM(220) || d.stackFacts {
		f.stacked, f.heavy, f.left, f.width, f.labels = true, !d.stackFacts, 0, d.width, d.width
		f.pad, f.pitch = l.MM(1.5), look.TitleHeight
	}
	return f
}

// factPages packs facts into pages. The first begins at one height, those after it,
// whose title may be smaller, at another. Where not even a label and a line of its
// text have room, the letters of the facts become smaller, here and for drawFacts.
func (d *drawing) factPages(all []fact, first, later float32) [][]factRow {
	for {
		pages, cut := d.packFacts(all, first, later, d.bottom)
		if len(pages) > 1 || cut {
			pages, cut = d.packFacts(all, first, later, d.bottom-d.pagerHeight())
		}
		if !cut || d.l.Body <= d.least() {
			return pages
		}
		d.l.Body = max(d.l.Body-1, d.least())
		d.l.Hint = min(d.l.Hint, d.l.Body)
	}
}

// packFacts fills page after page. Where the letters are large a fact may be parted
// between two sentences, so that no page stays half empty; where they are not, it
// keeps together and goes to the next page whole. cut says that something has no
// room on any page.
func (d *drawing) packFacts(all []fact, first, later, bottom float32) (pages [][]factRow, cut bool) {
	var rows []factRow
	form, y := d.factForm(), first
	for _, f := range all {
		for rest := &f; rest != nil; {
			fresh := len(rows) == 0
			row, more := d.fitFact(form, *rest, bottom-y, fresh, fresh || form.stacked && !rest.whole)
			if row == nil {
				pages, rows, y = append(pages, rows), nil, later
				continue
			}
			cut = cut || row.height > bottom-y
			rows, rest = append(rows, *row), more
			y += row.height + 2
		}
	}
	if len(rows) > 0 {
		pages = append(pages, rows)
	}
	return pages, cut
}

// fitFact lays out as much of a fact as there is room for, and returns what is left
// of it. It returns no row when nothing fits and the page is not a fresh one.
func (d *drawing) fitFact(form factForm, f fact, room float32, fresh, part bool) (row *factRow, rest *fact) {
	// A label gives way only on a fresh page: elsewhere there is a next one.
	limit := room
	if !fresh {
		limit = d.size.Height
	}
	if whole := d.factRow(form, f, limit); whole.height <= room {
		return &whole, nil
	}
	if all := sentences(f.text); part && len(all) > 0 {
		for n := len(all) - 1; n >= 0; n-- {
			begun := f
			if begun.text = strings.TrimSpace(strings.Join(all[:n], "")); begun.text == "" && begun.lead == "" {
				break
			}
			if row := d.factRow(form, begun, limit); row.height <= room {
				return &row, &fact{text: strings.TrimSpace(strings.Join(all[n:], "")), icon: f.icon, goesOn: true}
			}
		}
	}
	if !fresh {
		return nil, nil
	}
	// One sentence that is longer than a page is parted where a line ends.
	all := d.factRow(form, f, room)
	n := min(max(int(math.Floor(float64((room-all.height)/form.step)))+len(all.lines), 1), len(all.lines))
	begun := all
	begun.lines, begun.bold = all.lines[:n], min(all.bold, n)
	begun.height -= float32(len(all.lines)-n) * form.step
	if n == len(all.lines) {
		return &begun, nil
	}
	return &begun, &fact{
		lead: strings.Join(all.lines[min(n, all.bold):all.bold], "\n"), text: strings.Join(all.lines[max(n, all.bold):], "\n"),
		icon: f.icon, goesOn: true,
	}
}

// factRow lays a fact out. A label that leaves its text no line gives way.
func (d *drawing) factRow(form factForm, f fact, room float32) factRow {
	l := d.l
	row := factRow{label: l.Hint}
	if d.stackFacts {
		row.label = d.stepSize()
	}
	if f.icon != "" {
		row.indent = l.Body + l.MM(3)
	}
	if f.lead != "" {
		row.lines = look.Balanced(f.lead, l.Body, true, form.width-row.indent, true)
		row.bold = len(row.lines)
	}
	if f.text != "" {
		row.lines = append(row.lines, look.Balanced(f.text, l.Body, false, form.width-row.indent, true)...)
	}
	text, label := float32(len(row.lines))*form.step, float32(0)
	if !f.goesOn {
		row.icon = f.icon
		for ; f.label != ""; row.label = max(row.label-1, d.least()) {
			row.labels = look.Lines(f.label, row.label, form.heavy, form.labels, false)
			label = float32(len(row.labels)) * row.label * form.pitch
			if !form.stacked || label+form.step+2*form.pad <= room || row.label <= d.least() {
				break
			}
		}
	}
	row.height = max(text, label) + 2*form.pad
	if form.stacked {
		row.height = text + label + 2*form.pad
	}
	return row
}

// drawFacts draws the rows of one page.
func (d *drawing) drawFacts(rows []factRow) {
	l, form := d.l, d.factForm()
	for i, row := range rows {
		top := d.y
		d.y += form.pad
		objects, used := widget.Lines(row.labels, row.label, form.pitch, form.heavy, l.Muted, d.x, d.y+d.baseline(form.stacked))
		d.add(objects...)
		if form.stacked {
			d.y += used
		}
		x := d.x + form.left
		if row.icon != "" {
			d.add(widget.Picture(row.icon, l.Accent, x, d.y+l.Body*(look.LineHeight-1)/2, l.Body))
		}
		x += row.indent
		objects, used = widget.Lines(row.lines[:row.bold], l.Body, look.LineHeight, true, l.Ink, x, d.y)
		d.add(objects...)
		objects, _ = widget.Lines(row.lines[row.bold:], l.Body, look.LineHeight, false, l.Ink, x, d.y+used)
		d.add(objects...)
		d.y = top + row.height
		if i+1 < len(rows) {
			d.rule()
		}
	}
}

// baseline is how far a hint must go down to stand on the line of a body text
// beside it.
func (d *drawing) baseline(stacked bool) float32 {
	if stacked {
		return 0
	}
	return (d.l.Body - d.l.Hint) * 0.9
}

// sentences takes a text apart where a sentence or a line of it ends. Put together
// again they are the text. What is short before its full stop is taken for an
// abbreviation: "Av. Matta" stays whole.
func sentences(text string) []string {
	var out []string
	from, word := 0, 0
	for i, r := range text {
		next := text[i+utf8.RuneLen(r):]
		follows, _ := utf8.DecodeRuneInString(strings.TrimLeft(next, " "))
		switch {
		case r == '\n',
			strings.ContainsRune(".?!", r) && word > 3 && strings.HasPrefix(next, " ") && !unicode.IsLower(follows):
			end := i + utf8.RuneLen(r)
			out, from, word = append(out, text[from:end]), end, 0
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			word++
		default:
			word = 0
		}
	}
	if from < len(text) {
		out = append(out, text[from:])
	}
	return out
}
