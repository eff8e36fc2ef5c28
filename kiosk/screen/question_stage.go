package screen

import (
	"chasqui/kiosk"
	"chasqui/kiosk/flow"
)

func firstStage(t kiosk.QuestionType) string {
	switch t {
	case kiosk.TypeDocument:
		return stageKind
	case kiosk.TypeAddress:
		return stageRegion
	}
	return stageWhole
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
	if p.declined {
		return "", false
	}
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
	q, _ := p.question(f)
	v := p.value(q)
	if v.IsZero() {
		// An empty value would pass for an optional question; parts make it an answer.
		v.Parts = map[string]string{p.stage: " "}
	}
	_, trouble := p.check(f, v)
	return trouble
}

// value is the answer as it stands on the page.
func (p *questionPage) value(q kiosk.Question) kiosk.Value {
	if p.declined {
		return kiosk.Value{Declined: true}
	}
	switch q.Type {
	case kiosk.TypeOneOf, kiosk.TypeYesNo, kiosk.TypeConsent:
		return kiosk.Value{Text: p.choice}
	case kiosk.TypeManyOf:
		var v kiosk.Value
		for _, o := range q.Options {
			if p.many[o.ID] {
				v.Many = append(v.Many, o.ID)
			}
		}
		return v
	case kiosk.TypeDate, kiosk.TypeTime:
		return written(p.parts)
	case kiosk.TypeGroup:
		return kiosk.Value{Entries: p.entries}.Clone()
	case kiosk.TypeSignature:
		if p.stage == stageTyped {
			return kiosk.Value{Text: p.text}
		}
		return kiosk.Value{File: p.file}
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

// empty reports that nothing is written, drawn or chosen.
func (p *questionPage) empty(q kiosk.Question) bool {
	return p.value(q).IsZero() && p.choice == "" && p.file == nil && (p.ink.Empty() || p.stage == stageTyped)
}

// head is the text above an answer: the step, the question, the reason.
// brief is the step without its name.
type head struct{ step, brief, title, reason string }

func (p *questionPage) head(d *drawing, f *flow.Flow, q kiosk.Question) head {
	step := q.Step
	asked := p
	if p.owner != nil {
		asked = p.owner
		group, _ := asked.question(f)
		step = d.text("question.group.step", "Entry", group.Entry, "N", p.entry+1, "Step", q.Step)
	}
	n, of := f.Step(p.app.session.Answers(), asked.id)
	h := head{
		step:  d.text("question.step", "N", n, "Of", of, "Step", step),
		brief: d.text("pager.page", "N", n, "Of", of),
		title: q.Label, reason: q.Why,
	}
	switch p.stage {
	case stageNumber:
		h.title = d.text("document.number." + p.choice)
	case stageRegion:
		h.title, h.reason = d.text("address.region"), ""
	case stageComuna:
		h.title, h.reason = d.text("address.comuna"), ""
	case stageTyped:
		h.title, h.reason = d.text("question.signature.typed"), ""
	}
	return h
}
