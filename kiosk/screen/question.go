package screen

import (
	"image"
	"time"

	"chasqui/kiosk"
	"chasqui/kiosk/flow"
	"chasqui/kiosk/widget"
)

// The stages of a question that asks for its answer in several steps, or in one of
// several ways.
const (
	stageWhole  = ""
	stageKind   = flow.PartKind
	stageNumber = flow.PartNumber
	stageRegion = flow.PartRegion
	stageComuna = flow.PartComuna
	stageStreet = flow.PartStreet
	stagePick   = "pick"   // a day, on the page of its month
	stageTyped  = "typed"  // the name, in place of a signature
	stageCamera = "camera" // a picture, to be taken
)

// questionPage asks one question. It keeps what is half done, in no language, so
// that a change of language or look loses nothing.
type questionPage struct {
	app *App
	id  string
	// owner is the page of the group in whose entry this question is asked, and
	// entry the place of that entry; nil for a question of the service.
	owner *questionPage
	entry int
	// changed says that one came from the review to change this answer.
	changed bool
	trouble *flow.Trouble
	// entered says that the page has been seen: what is in it stays.
	entered bool

	// stage is the step within the question.
	stage string
	// text is what is being written, caret where; plane the keyboard's signs, key
	// the one on which somebody stands who walks it by arrows.
	text  string
	caret int
	plane widget.Plane
	key   int
	// choice is the tile that is ticked: an option, yes or no; many are those of a
	// question that takes several.
	choice string
	many   map[string]bool
	// declined says that the person would rather not say.
	declined bool
	// parts are the parts chosen or written so far, box the one being written.
	parts map[string]string
	box   string
	// month is the first day of the month whose page is shown.
	month time.Time
	// page is the page of tiles shown, or of a statement of so many; placed says that
	// it has been found, near which entry is to be on it.
	page           int
	placed         bool
	near           int
	statementPages int
	// searching says that a search stands over the tiles, sought what is looked for.
	searching bool
	sought    string
	// ink is what a finger has drawn, pad where.
	ink widget.Ink
	pad *widget.Pad
	// entries are a group's answers so far, inner the pages that ask for them.
	entries []kiosk.Answers
	inner   map[string]*questionPage

	file    *kiosk.File
	files   fileList
	preview *image.NRGBA
	camera  cameraState

	// field, boxes, board and primary are those drawn now.
	field   *widget.Field
	boxes   map[string]*widget.Field
	order   []string // of the boxes
	under   bool     // there is a row of buttons under the boxes
	board   *widget.Keyboard
	primary *widget.Button
}

func newQuestionPage(a *App, id string) *questionPage {
	return &questionPage{app: a, id: id, parts: map[string]string{}, many: map[string]bool{}}
}

// enter prepares the page for being shown: what was answered before stands in it.
func (p *questionPage) enter() {
	f, ok := p.app.flow()
	if !ok {
		return
	}
	q, _ := p.question(f)
	p.page, p.placed, p.searching, p.sought = 0, false, false, ""
	if p.entered {
		// Half done, or answered and still here: as it was left.
		if p.stage != stageTyped {
			p.stage = firstStage(q.Type)
		}
		p.caret = len([]rune(p.text))
		return
	}
	p.entered = true
	p.stage = firstStage(q.Type)
	v, answered := p.answer()
	if !answered && p.owner == nil {
		v = f.Prefill(p.id)
	}
	p.take(q, v)
	p.caret = len([]rune(p.text))
}

// take puts an answer into the page.
func (p *questionPage) take(q kiosk.Question, v kiosk.Value) {
	v = v.Clone()
	p.declined, p.file, p.entries = v.Declined, v.File, v.Entries
	if v.Parts != nil {
		p.parts = v.Parts
	}
	for _, id := range v.Many {
		p.many[id] = true
	}
	switch q.Type {
	case kiosk.TypeDocument:
		p.choice, p.text = p.parts[flow.PartKind], p.parts[flow.PartNumber]
	case kiosk.TypeAddress:
		p.text = p.parts[flow.PartStreet]
	case kiosk.TypeOneOf, kiosk.TypeYesNo, kiosk.TypeConsent:
		p.choice = v.Text
	case kiosk.TypeDate, kiosk.TypeTime:
		p.parts = boxesOf(q.Type, v.Text)
	case kiosk.TypeSignature:
		if p.text = v.Text; p.text != "" {
			p.stage = stageTyped
		}
	default:
		p.text = v.Text
	}
}

func (p *questionPage) Name() string {
	if p.owner != nil {
		return p.owner.Name() + "/" + p.id
	}
	return "question/" + p.id
}

// Wipe forgets what was written, drawn and chosen, in the page and in its widgets.
func (p *questionPage) Wipe() {
	p.app.endCamera(p)
	for _, field := range p.fields() {
		field.OnChanged = nil
		field.Wipe()
	}
	p.ink.Wipe()
	if p.pad != nil {
		p.pad.Wipe()
	}
	if p.file != nil {
		clear(p.file.Content)
	}
	blank(p.preview)
	p.camera.wipe()
	p.forgetEntries()
	fresh := newQuestionPage(p.app, p.id)
	fresh.owner, fresh.entry = p.owner, p.entry
	*p = *fresh
}

// fields are the fields drawn now.
func (p *questionPage) fields() []*widget.Field {
	var out []*widget.Field
	if p.field != nil {
		out = append(out, p.field)
	}
	for _, field := range p.boxes {
		if field != p.field {
			out = append(out, field)
		}
	}
	return out
}

// Back leads to the stage before, or to the question before.
func (p *questionPage) Back() {
	p.trouble = nil
	if p.searching {
		p.endSearch()
		return
	}
	switch p.stage {
	case stageNumber:
		p.turn(stageKind)
	case stageComuna:
		p.turn(stageRegion)
	case stageStreet:
		p.turn(stageComuna)
	case stagePick, stageTyped:
		p.turn(stageWhole)
	case stageCamera:
		p.leaveCamera()
	default:
		p.leave()
	}
}

// leave goes back from the first stage.
func (p *questionPage) leave() {
	switch {
	case p.owner != nil:
		p.owner.backInEntry(p)
	case p.changed:
		p.app.goOn("", true)
	default:
		p.app.goBack(p.id)
	}
}

// turn shows another stage of the question.
func (p *questionPage) turn(stage string) {
	p.stage, p.page, p.placed = stage, 0, false
	p.searching, p.sought = false, ""
	p.caret = len([]rune(p.text))
	p.plane = widget.Lower
	p.app.kit.FocusFirst()
	p.app.redraw()
}

// Proceed keeps the answer and goes on, or says what to do about it.
func (p *questionPage) Proceed() {
	f, ok := p.app.flow()
	if !ok {
		return
	}
	q, _ := p.question(f)
	p.trouble = nil
	switch {
	case p.searching:
		p.endSearch()
		return
	case p.stage == stageCamera:
		p.shoot()
		return
	case p.readsOn(q):
		p.page++
		p.app.redraw()
		return
	case q.Type == kiosk.TypeGroup && !p.declined && p.completeEntries(f):
		return
	}
	if next, more := p.nextStage(q); more {
		if t := p.stageTrouble(f); t != nil {
			p.trouble = t
			p.app.redraw()
			return
		}
		p.turn(next)
		return
	}
	written := p.value(q)
	if q.Type == kiosk.TypeSignature && p.stage == stageWhole && !p.declined {
		if !p.sign(&written) {
			return
		}
	}
	v, trouble := p.check(f, written)
	if trouble != nil {
		p.trouble = trouble
		if trouble.Inner != "" {
			p.ask(trouble.Entry-1, trouble.Inner, trouble)
			return
		}
		if trouble.Part != "" && trouble.Part != p.stage && isStage(q.Type, trouble.Part) {
			p.turn(trouble.Part)
		}
		if p.boxes[trouble.Part] != nil {
			p.box = trouble.Part
			p.app.kit.FocusFirst() // the box that is to be mended
		}
		p.app.redraw()
		return
	}
	p.keep(v)
	if p.owner != nil {
		p.owner.onInEntry(p)
		return
	}
	p.app.goOn(p.id, p.changed)
}

// Draw implements Page.
func (p *questionPage) Draw(d *drawing) {
	f, ok := p.app.flow()
	d.frame()
	if !ok {
		d.feet(d.back(p.Back), nil)
		return
	}
	q, _ := p.question(f)
	d.feet(d.back(p.Back), p.primaryButton(d, q))
	p.primary = nil
	for _, o := range d.foot {
		if b, is := o.(*widget.Button); is && b.ID == idPrimary {
			p.primary = b
		}
	}
	p.field, p.boxes, p.order, p.board, p.pad = nil, nil, nil, nil, nil
	switch {
	case p.searching:
		p.drawSearch(d, f, q)
	case p.stage == stageNumber, p.stage == stageStreet, p.stage == stageTyped:
		p.drawWriting(d, f, q)
	case p.stage == stagePick:
		p.drawMonth(d, f, q)
	case p.stage == stageCamera:
		p.drawCamera(d, f, q)
	default:
		p.drawWhole(d, f, q)
	}
}

// drawWhole draws a question that has no stages, or its first one.
func (p *questionPage) drawWhole(d *drawing, f *flow.Flow, q kiosk.Question) {
	switch q.Type {
	case kiosk.TypeText, kiosk.TypeLongText, kiosk.TypeNumber, kiosk.TypePhone, kiosk.TypeEmail,
		kiosk.TypeMoney, kiosk.TypeDate, kiosk.TypeTime:
		p.drawWriting(d, f, q)
	case kiosk.TypeFile:
		p.drawFiles(d, f, q)
	case kiosk.TypeConsent:
		p.drawConsent(d, f, q)
	case kiosk.TypeSignature:
		p.drawSignature(d, f, q)
	case kiosk.TypeGroup:
		p.drawGroup(d, f, q)
	default:
		p.drawChoice(d, f, q)
	}
}

// primaryButton is the one thing to do next.
func (p *questionPage) primaryButton(d *drawing, q kiosk.Question) *widget.Button {
	if p.stage == stageCamera {
		return p.cameraButton(d)
	}
	out := d.primary(p.primaryKey(d, q), p.Proceed)
	// Before that one writes, or touches what was found.
	out.Plain = p.searching && !p.anyChosen(q) && p.finds(d, q)
	return out
}

func (p *questionPage) primaryKey(d *drawing, q kiosk.Question) string {
	switch {
	case p.searching && p.anyChosen(q) && p.finds(d, q):
		return "question.search.done"
	case p.searching:
		return "question.search.list"
	}
	if _, more := p.nextStage(q); more || p.readsOn(q) {
		return "foot.next"
	}
	if q.Optional && p.empty(q) {
		return "foot.skip"
	}
	return "foot.save"
}

// relabel brings the primary button's words up to date without drawing the page.
func (p *questionPage) relabel(d *drawing, q kiosk.Question) {
	if p.primary == nil {
		return
	}
	if label := d.text(p.primaryKey(d, q)); label != p.primary.Label {
		p.primary.Label = label
		p.primary.Refresh()
	}
}
