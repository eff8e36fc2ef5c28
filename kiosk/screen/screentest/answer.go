package screentest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	"chasqui/kiosk"
	"chasqui/kiosk/catalog"
	"chasqui/kiosk/flow"
	"chasqui/kiosk/widget"
)

// AnswerQuestion enters a canonical answer on the page that asks for it, by what is
// drawn there, and goes on to the page that follows. What stood there goes.
func (b *Bench) AnswerQuestion(q kiosk.Question, v kiosk.Value) error {
	page := b.App.Page()
	if page[strings.LastIndex(page, "/")+1:] != q.ID {
		return fmt.Errorf("the page is %s, which does not ask %s", page, q.ID)
	}
	if err := b.enter(q, v); err != nil {
		return fmt.Errorf("%s: %w", page, err)
	}
	if err := b.goOn(); err != nil {
		return fmt.Errorf("%s: %w", page, err)
	}
	for range 3 { // the other stages of an address that is passed by
		if b.App.Page() != page || !v.IsZero() {
			break
		}
		if err := b.goOn(); err != nil {
			return err
		}
	}
	if b.App.Page() == page {
		return fmt.Errorf("%s does not take %+v; it reads %q", page, v, b.Texts())
	}
	return nil
}

// goOn shows the page and touches its primary button.
func (b *Bench) goOn() error {
	if err := b.seen(); err != nil {
		return err
	}
	return b.Tap(next)
}

// seen shows the page to whoever walks along.
func (b *Bench) seen() error {
	if b.see == nil {
		return nil
	}
	return b.see(b.App.Page())
}

func (b *Bench) enter(q kiosk.Question, v kiosk.Value) error {
	if v.Declined {
		return b.decline()
	}
	if v.IsZero() {
		return nil
	}
	switch q.Type {
	case kiosk.TypeYesNo, kiosk.TypeConsent:
		return b.Tap("choice/" + v.Text)
	case kiosk.TypeOneOf:
		return b.choose(v.Text, labelOf(q, v.Text))
	case kiosk.TypeManyOf:
		return b.enterMany(q, v.Many)
	case kiosk.TypeDocument:
		return b.enterDocument(v.Parts)
	case kiosk.TypeAddress:
		return b.enterAddress(v.Parts)
	case kiosk.TypeDate:
		return b.enterDate(v.Text)
	case kiosk.TypeTime:
		return b.enterTime(v.Text)
	case kiosk.TypeFile:
		return b.enterFile(v.File)
	case kiosk.TypeSignature:
		return b.enterSignature(v)
	case kiosk.TypeGroup:
		return b.enterGroup(q, v.Entries)
	case kiosk.TypeNumber:
		if _, stepped := b.Find("number/plus"); stepped && b.pickers {
			return b.enterSteps(v.Text)
		}
	}
	return b.Rewrite("answer", v.Text)
}

func (b *Bench) decline() error {
	if selected, ok := b.selected("choice/declined"); ok && selected {
		return nil
	}
	return b.Tap("choice/declined")
}

// selected reports whether a tile is ticked, and whether it is on this page.
func (b *Bench) selected(id string) (selected, found bool) {
	for _, d := range b.Tree() {
		if button, is := d.Object.(*widget.Button); is && button.ID == id {
			return button.Selected, true
		}
	}
	return false, false
}

// field returns the field of an ID as it is drawn now.
func (b *Bench) field(id string) (*widget.Field, bool) {
	for _, d := range b.Tree() {
		if f, is := d.Object.(*widget.Field); is && f.ID == id {
			return f, true
		}
	}
	return nil, false
}

// Rewrite writes a text into a field in place of what stands in it.
func (b *Bench) Rewrite(id, text string) error {
	f, ok := b.field(id)
	if !ok {
		return fmt.Errorf("page %s has no field %q", b.App.Page(), id)
	}
	if b.FocusID() != id {
		if err := b.Tap(id); err != nil {
			return err
		}
	}
	if b.types && typed(text) {
		for range len([]rune(f.Text())) {
			b.Strike(fyne.KeyBackspace)
		}
		for _, sign := range text {
			b.strikeSign(sign)
		}
		return nil
	}
	f.SetCaret(len([]rune(f.Text())))
	for range len([]rune(f.Text())) {
		if !b.touchKey(widget.KeyDelete) {
			return fmt.Errorf("page %s has no key to delete with", b.App.Page())
		}
	}
	return b.Write(text)
}

func labelOf(q kiosk.Question, id string) string {
	for _, o := range q.Options {
		if o.ID == id {
			return o.Label
		}
	}
	return ""
}

// choose touches a tile. Where it is not on this page of a long list, it searches
// for it, or turns the pages where no keyboard can write its words.
func (b *Bench) choose(id, label string) error {
	if _, here := b.Find("choice/" + id); here {
		return b.Tap("choice/" + id)
	}
	if _, ok := b.Find("search/open"); !ok || label == "" {
		return b.Tap("choice/" + id)
	}
	if err := b.seen(); err != nil {
		return err
	}
	if err := b.Tap("search/open"); err != nil {
		return err
	}
	for _, r := range []rune(strings.ToLower(label))[:min(len([]rune(label)), 5)] {
		if err := b.key(r); err != nil {
			break // what is written so far narrows it down enough
		}
	}
	if err := b.seen(); err != nil {
		return err
	}
	if err := b.Tap("choice/" + id); err != nil {
		return err
	}
	if _, searching := b.field("search"); searching {
		return b.Tap(next)
	}
	return nil
}

func (b *Bench) enterMany(q kiosk.Question, ids []string) error {
	for _, o := range q.Options {
		// Looked for page by page: what is ticked already is known once it is seen.
		for {
			if _, back := b.Find("pager/previous"); !back {
				break
			}
			if err := b.Tap("pager/previous"); err != nil {
				return err
			}
		}
		wanted := slices.Contains(ids, o.ID)
		selected, here := b.selected("choice/" + o.ID)
		for !here {
			if _, more := b.Find("pager/next"); !more {
				return fmt.Errorf("there is no choice %q", o.ID)
			}
			if wanted && b.pickers {
				break
			}
			if err := b.Tap("pager/next"); err != nil {
				return err
			}
			selected, here = b.selected("choice/" + o.ID)
		}
		if wanted == selected {
			continue
		}
		if err := b.choose(o.ID, o.Label); err != nil {
			return err
		}
	}
	return nil
}

func (b *Bench) enterDocument(parts map[string]string) error {
	kind := parts[flow.PartKind]
	if err := b.Tap("choice/" + kind); err != nil {
		return err
	}
	if kind == flow.DocumentNone {
		return nil
	}
	if err := b.goOn(); err != nil {
		return err
	}
	return b.Rewrite("answer", parts[flow.PartNumber])
}

func (b *Bench) enterAddress(parts map[string]string) error {
	region, comuna, ok := catalog.FindComuna(parts[flow.PartComuna])
	if !ok {
		return fmt.Errorf("there is no comuna %q", parts[flow.PartComuna])
	}
	for _, c := range []struct{ id, label string }{{region.Code, region.Short}, {comuna.Code, comuna.Name}} {
		if err := b.choose(c.id, c.label); err != nil {
			return err
		}
		if err := b.goOn(); err != nil {
			return err
		}
	}
	return b.Rewrite("answer", parts[flow.PartStreet])
}

// enterFile picks a file of the same kind from the stick, or else takes a picture.
func (b *Bench) enterFile(file *kiosk.File) error {
	first := ""
	for range 20 {
		for _, c := range b.App.Controls() {
			if _, err := strconv.Atoi(strings.TrimPrefix(c.ID, "choice/")); err != nil || !strings.HasPrefix(c.ID, "choice/") {
				continue
			}
			pdf := strings.HasSuffix(c.Label, ".pdf")
			if pdf == (file.Media == "application/pdf") && (first == "" || c.Label == file.Name) {
				first = c.ID
			}
		}
		if _, more := b.Find("pager/next"); !more {
			break
		}
		if err := b.Tap("pager/next"); err != nil {
			return err
		}
	}
	for {
		if _, back := b.Find("pager/previous"); !back {
			break
		}
		if err := b.Tap("pager/previous"); err != nil {
			return err
		}
	}
	if first != "" {
		return b.Tap(first)
	}
	if err := b.Tap("files/camera"); err != nil {
		return fmt.Errorf("no such file on the stick: %w", err)
	}
	if err := b.goOn(); err != nil { // take it
		return err
	}
	return b.goOn() // keep it
}

func (b *Bench) enterSignature(v kiosk.Value) error {
	if v.File != nil && !b.pad {
		return b.Sign()
	}
	if v.File != nil {
		v.Text = "Persona de Ejemplo" // the way for whoever cannot draw
	}
	if _, typing := b.field("answer"); !typing {
		if err := b.Tap("signature/typed"); err != nil {
			return err
		}
	}
	return b.Rewrite("answer", v.Text)
}

// Sign draws something like a name on the pad, with a finger.
func (b *Bench) Sign() error {
	for _, d := range b.Tree() {
		pad, is := d.Object.(*widget.Pad)
		if !is {
			continue
		}
		size := pad.Size()
		for _, stroke := range [][]float32{
			{0.12, 0.70, 0.16, 0.25, 0.22, 0.20, 0.24, 0.40, 0.15, 0.50},
			{0.28, 0.66, 0.32, 0.48, 0.36, 0.66, 0.40, 0.50, 0.45, 0.68, 0.52, 0.45, 0.58, 0.66},
			{0.10, 0.80, 0.40, 0.74, 0.66, 0.78},
		} {
			from := fyne.NewPos(stroke[0]*size.Width, stroke[1]*size.Height)
			for i := 2; i < len(stroke); i += 2 {
				to := fyne.NewPos(stroke[i]*size.Width, stroke[i+1]*size.Height)
				for part := float32(0.1); part <= 1.001; part += 0.1 {
					at := fyne.NewPos(from.X+(to.X-from.X)*part, from.Y+(to.Y-from.Y)*part)
					pad.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: at}, Dragged: fyne.NewDelta((to.X-from.X)*0.1, (to.Y-from.Y)*0.1)})
				}
				from = to
			}
			pad.DragEnd()
		}
		return nil
	}
	return fmt.Errorf("page %s has no pad to sign on", b.App.Page())
}

func (b *Bench) enterGroup(q kiosk.Question, entries []kiosk.Answers) error {
	for {
		if _, ok := b.Find("entry/1/remove"); !ok {
			break
		}
		if err := b.Taps("entry/1/remove", "remove/yes"); err != nil {
			return err
		}
	}
	list := b.App.Page()
	for _, entry := range entries {
		if err := b.seen(); err != nil {
			return err
		}
		if err := b.Tap("entry/add"); err != nil {
			return err
		}
		for b.App.Page() != list {
			id := strings.TrimPrefix(b.App.Page(), list+"/")
			i := slices.IndexFunc(q.Questions, func(inner kiosk.Question) bool { return inner.ID == id })
			if i < 0 {
				return fmt.Errorf("the page is %s, which is no question of %s", b.App.Page(), q.ID)
			}
			if err := b.AnswerQuestion(q.Questions[i], entry[id]); err != nil {
				return err
			}
		}
	}
	return nil
}
