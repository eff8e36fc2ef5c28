package screen

import (
	"maps"

	"chasqui/kiosk"
	"chasqui/kiosk/flow"
	"chasqui/kiosk/widget"
)

// The stages of a question that asks for its answer in several steps.
const (
	stageWhole  = ""
	stageKind   = flow.PartKind
	stageNumber = flow.PartNumber
	stageRegion = flow.PartRegion
	stageComuna = flow.PartComuna
	stageStreet = flow.PartStreet
)

// questionPage asks one question. It keeps what is half done, in no language, so
// that a change of language or look loses nothing.
type questionPage struct {
	app *App
	id  string
	// changed says that one came from the review to change this answer.
	changed bool
	trouble *flow.Trouble

	// stage is the step within the question.
	stage string
	// text is what is being written, caret where; plane the keyboard's signs.
	text  string
	caret int
	plane widget.Plane
	// choice is the tile that is ticked: an option, yes or no.
	choice string
	// parts are the parts chosen so far.
	parts map[string]string
	// page is the page of tiles shown; placed says that it has been found.
	page   int
	placed bool
	file   *kiosk.File
	files  fileList

	// field and primary are those drawn now.
	field   *widget.Field
	primary *widget.Button
}

func newQuestionPage(a *App, id string) *questionPage {
	return &questionPage{app: a, id: id, parts: map[string]string{}}
}

// enter prepares the page for being shown: what was answered before stands in it.
func (p *questionPage) enter() {
	f, ok := p.app.flow()
	if !ok {
		return
	}
	q, _ := f.Question(p.id)
	p.page, p.placed = 0, false
	p.stage = firstStage(q.Type)
	if p.field != nil || p.text != "" || p.choice != "" || len(p.parts) > 0 {
		// Half done, or answered and still here: as it was left.
		p.caret = len([]rune(p.text))
		return
	}
	v, answered := p.app.session.Answer(p.id)
	if !answered {
		v = f.Prefill(p.id)
	}
	p.choice, p.file = v.Text, v.File
	p.parts = maps.Clone(v.Parts)
	if p.parts == nil {
		p.parts = map[string]string{}
	}
	p.text = v.Text
	switch q.Type {
	case kiosk.TypeDocument:
		p.choice, p.text = p.parts[flow.PartKind], p.parts[flow.PartNumber]
	case kiosk.TypeAddress:
		p.text = p.parts[flow.PartStreet]
	case kiosk.TypeOneOf, kiosk.TypeYesNo:
		p.text = ""
	}
	p.caret = len([]rune(p.text))
}

func firstStage(t kiosk.QuestionType) string {
	switch t {
	case kiosk.TypeDocument:
		return stageKind
	case kiosk.TypeAddress:
		return stageRegion
	}
	return stageWhole
}

func (p *questionPage) Name() string { return "question/" + p.id }

// Wipe forgets what was written and chosen, in the page and in its widgets.
func (p *questionPage) Wipe() {
	if p.field != nil {
		p.field.OnChanged = nil
		p.field.Wipe()
	}
	if p.file != nil {
		clear(p.file.Content)
	}
	*p = questionPage{app: p.app, id: p.id, parts: map[string]string{}}
}

// Back leads to the stage before, or to the question before.
func (p *questionPage) Back() {
	a := p.app
	p.trouble = nil
	switch p.stage {
	case stageNumber:
		p.turn(stageKind)
		return
	case stageComuna:
		p.turn(stageRegion)
		return
	case stageStreet:
		p.turn(stageComuna)
		return
	}
	if p.changed {
		a.goOn("", true)
		return
	}
	a.goBack(p.id)
}

// turn shows another stage of the question.
func (p *questionPage) turn(stage string) {
	p.stage, p.page, p.placed = stage, 0, false
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
	q, _ := f.Question(p.id)
	p.trouble = nil
	if next, more := p.nextStage(q); more {
		if t := p.stageTrouble(f); t != nil {
			p.trouble = t
			p.app.redraw()
			return
		}
		p.turn(next)
		return
	}
	answers := p.app.session.Answers()
	v, trouble := f.Check(p.id, p.value(q), answers)
	if trouble != nil {
		p.trouble = trouble
		if trouble.Part != "" && trouble.Part != p.stage && isStage(q.Type, trouble.Part) {
			p.turn(trouble.Part)
		}
		p.app.redraw()
		return
	}
	p.app.session.SetAnswer(p.id, v)
	p.app.goOn(p.id, p.changed)
}

func isStage(t kiosk.QuestionType, stage string) bool {
	switch t {
	case kiosk.TypeDocument:
		return stage == stageKind || stage == stageNumber
	case kiosk.TypeAddress:
		return stage == stageRegion || stage == stageComuna || stage == stageStreet
	}
	return false
}

// nextStage returns the stage that follows the one shown.
func (p *questionPage) nextStage(q kiosk.Question) (string, bool) {
	switch p.stage {
	case stageKind:
		if p.choice == "" && q.Optional || p.choice == flow.DocumentNone {
			return "", false
		}
		return stageNumber, true
	case stageRegion:
		if p.parts[flow.PartRegion] == "" && q.Optional {
			return "", false
		}
		return stageComuna, true
	case stageComuna:
		return stageStreet, true
	}
	return "", false
}

// stageTrouble asks the flow what is wrong with the stage shown.
func (p *questionPage) stageTrouble(f *flow.Flow) *flow.Trouble {
	missing := p.stage == stageKind && p.choice == "" ||
		p.stage == stageRegion && p.parts[flow.PartRegion] == "" ||
		p.stage == stageComuna && p.parts[flow.PartComuna] == ""
	if !missing {
		return nil
	}
	q, _ := f.Question(p.id)
	q.Optional = false
	v := p.value(q)
	if v.IsZero() {
		// An empty value would pass for an optional question; parts make it an answer.
		v.Parts = map[string]string{p.stage: " "}
	}
	_, trouble := f.Check(p.id, v, p.app.session.Answers())
	return trouble
}

// value is the answer as it stands on the page.
func (p *questionPage) value(q kiosk.Question) kiosk.Value {
	switch q.Type {
	case kiosk.TypeOneOf, kiosk.TypeYesNo:
		return kiosk.Value{Text: p.choice}
	case kiosk.TypeFile:
		return kiosk.Value{File: p.file}
	case kiosk.TypeDocument:
		if p.choice == "" {
			return kiosk.Value{}
		}
		parts := map[string]string{flow.PartKind: p.choice}
		if p.choice != flow.DocumentNone {
			parts[flow.PartNumber] = p.text
		}
		return kiosk.Value{Parts: parts}
	case kiosk.TypeAddress:
		if p.parts[flow.PartRegion] == "" && p.text == "" {
			return kiosk.Value{}
		}
		return kiosk.Value{Parts: map[string]string{
			flow.PartRegion: p.parts[flow.PartRegion], flow.PartComuna: p.parts[flow.PartComuna], flow.PartStreet: p.text,
		}}
	}
	return kiosk.Value{Text: p.text}
}

// empty reports that nothing is written or chosen.
func (p *questionPage) empty(q kiosk.Question) bool {
	return p.value(q).IsZero() && p.choice == "" && p.file == nil
}

// Draw implements Page.
func (p *questionPage) Draw(d *drawing) {
	f, ok := p.app.flow()
	d.frame()
	if !ok {
		d.feet(d.back(p.Back), nil)
		return
	}
	q, _ := f.Question(p.id)
	d.feet(d.back(p.Back), d.primary(p.primaryKey(q), p.Proceed))
	for _, o := range d.foot {
		if b, is := o.(*widget.Button); is && b.ID == idPrimary {
			p.primary = b
		}
	}
	p.field = nil
	switch {
	case p.stage == stageNumber || p.stage == stageStreet:
		p.drawWriting(d, f, q)
	case q.Type == kiosk.TypeText, q.Type == kiosk.TypeLongText, q.Type == kiosk.TypeNumber, q.Type == kiosk.TypePhone, q.Type == kiosk.TypeEmail:
		p.drawWriting(d, f, q)
	case q.Type == kiosk.TypeFile:
		p.drawFiles(d, f, q)
	default:
		p.drawChoice(d, f, q)
	}
}

func (p *questionPage) primaryKey(q kiosk.Question) string {
	if _, more := p.nextStage(q); more {
		return "foot.next"
	}
	if q.Optional && p.empty(q) {
		return "foot.skip"
	}
	return "foot.save"
}

// head is the text above an answer: the step, the question, the reason.
type head struct{ step, title, reason string }

func (p *questionPage) head(d *drawing, f *flow.Flow, q kiosk.Question) head {
	n, of := f.Step(p.app.session.Answers(), p.id)
	h := head{
		step:  d.text("question.step", "N", n, "Of", of, "Step", q.Step),
		title: q.Label, reason: q.Why,
	}
	switch p.stage {
	case stageNumber:
		h.title = d.text("document.number." + p.choice)
	case stageRegion:
		h.title, h.reason = d.text("address.region"), ""
	case stageComuna:
		h.title, h.reason = d.text("address.comuna"), ""
	}
	return h
}
