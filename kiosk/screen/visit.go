package screen

import (
	"time"

	"fyne.io/fyne/v2/canvas"

	"chasqui/kiosk"
	"chasqui/kiosk/memory"
	"chasqui/kiosk/widget"
	"chasqui/sync/wire"
)

// The default times of inactivity, where the office does not say.
const (
	defaultIdleWarn  = 60 * time.Second
	defaultIdleCount = 20 * time.Second
	// morePatience is how many times longer somebody is waited for who asked.
	morePatience = 3
)

func (a *App) idleWarn() time.Duration {
	d := a.office.IdleWarn
	if d <= 0 {
		d = defaultIdleWarn
	}
	return d * time.Duration(1+a.patience)
}

func (a *App) idleCount() time.Duration {
	if a.office.IdleCount <= 0 {
		return defaultIdleCount
	}
	return a.office.IdleCount
}

// active is told of every touch and key.
func (a *App) active(m widget.Mode) {
	a.mode = m
	a.touched, a.stirred = a.cfg.Now(), true
	a.voice.acted(m)
	// A finger that is still down may be about to press a button of the warning;
	// its lift ends it.
	if _, warned := a.top().(*warningPage); warned && !a.kit.Pressed() {
		if m == widget.Keys {
			a.kit.Swallow()
		}
		a.pop()
	}
}

// idle warns after inactivity and ends the visit after the count-down.
func (a *App) idle() {
	// Whoever listens is there, however long the page.
	if a.busy || a.voice.listened() {
		a.touched = a.cfg.Now()
		return
	}
	warning, warned := a.top().(*warningPage)
	since := a.cfg.Now().Sub(a.touched)
	if _, resting := a.top().(*welcomePage); resting && len(a.stack) == 1 {
		a.voice.began = a.voice.began && since < a.idleWarn() // the next key may be somebody else's
		// Somebody may have changed how the welcome page looks and sounds, and gone.
		if since >= a.idleWarn() && a.stirred {
			a.wipe()
		}
		return
	}
	switch left := a.idleWarn() + a.idleCount() - since; {
	case left <= 0:
		a.wipe()
	case since < a.idleWarn():
	case !warned:
		a.push(&warningPage{app: a, left: left})
	default:
		warning.left = left
	}
}

// wipe ends the visit: nothing about the person is left, and the next one finds
// the office's language, looks and voice.
func (a *App) wipe() {
	if a.cfg.Speaker != nil {
		a.cfg.Speaker.Stop()
	}
	// What is under a finger, or has the focus, is of this visit.
	a.kit.Released()
	a.canvas.Unfocus()
	a.leave()
	for _, p := range a.stack {
		p.Wipe()
	}
	a.forget()
	clear(a.visit.told)
	a.visit.call = call{}
	a.session.Wipe(a.cfg.NewSessionID(), a.cfg.Station.Now())
	a.patience, a.mode, a.stirred = 0, "", false
	a.kit.Forget()
	a.voice.forget()
	a.show(&welcomePage{app: a})
}

// outlive is how long after a page was drawn Fyne's caches hold nothing of the pages
// before it, but for what they let go of only when something is painted.
const outlive = memory.Life + time.Second

// clearCaches has the screen painted once when Fyne's caches have outlived what was
// drawn before: Fyne frees the pictures of texts, and the parts that drew them, only
// then. So nothing is left of a visit that was wiped, and a kiosk that nobody touches
// is small.
func (a *App) clearCaches() {
	if a.drawnAt.IsZero() || a.cfg.Now().Sub(a.drawnAt) < outlive {
		return
	}
	a.drawnAt = time.Time{}
	canvas.Refresh(a.root)
	if a.cfg.Rests != nil {
		a.cfg.Rests()
	}
}

// leave tells of a service that is given up, and of what was left unanswered.
// Nobody gives up a service by giving up an amendment of an earlier request.
func (a *App) leave() {
	for _, p := range a.stack {
		if asked, ok := p.(interface{ ignore() }); ok {
			asked.ignore()
		}
	}
	if _, amending := a.amending(); a.session.Service() != "" && !amending && !a.visit.receipt.Valid() {
		name := a.stack[0].Name()
		if _, decided := a.stack[0].(*outcomePage); decided {
			return // an answer was given: nobody gave up
		}
		a.emit(wire.EventAbandoned, name)
	}
}

// forget drops the visit's half-done pages and its receipt.
func (a *App) forget() {
	for id, p := range a.visit.questions {
		p.Wipe()
		delete(a.visit.questions, id)
	}
	a.visit.receipt = kiosk.Receipt{}
}

// begin starts a service.
func (a *App) begin(service string) {
	a.forget()
	a.session.Begin(service, a.cfg.Station.Now())
	a.emit(wire.EventStarted, "")
	a.goOn("", false)
}

// emit tells an event about the service under way.
func (a *App) emit(name, detail string) {
	e := kiosk.Event{
		At: a.cfg.Station.Now(), Name: name, Service: a.session.Service(), Channel: a.session.Channel(),
		Language: a.session.Language(), Mode: string(a.mode), Detail: detail,
	}
	if s, ok := a.cfg.Catalog.Find(e.Service); ok {
		e.ServiceVersion = s.Version()
	}
	a.cfg.Station.Emit(e)
}

// goOn shows what follows a question: the next one, an outcome, or the review.
// changed says that one came from the review and goes back to it. Before that it
// tells, once, whoever has asked for the same here before.
func (a *App) goOn(after string, changed bool) {
	f, ok := a.flow()
	if !ok {
		a.show(&homePage{app: a})
		return
	}
	if after != "" && a.tellRepeat(after, changed) {
		return
	}
	answers := a.session.Answers()
	if outcome, decided := f.Outcome(answers); decided && outcome.Action != kiosk.ActionApply {
		if _, amending := a.amending(); !amending {
			a.emit(wire.EventOutcome, outcome.ID)
		}
		a.show(&outcomePage{app: a, last: after})
		return
	}
	if changed {
		if missing, complete := f.Complete(answers); !complete {
			a.showQuestion(missing, true)
		} else {
			a.show(&reviewPage{app: a})
		}
		return
	}
	if next, more := f.Next(answers, after); more {
		a.showQuestion(next.ID, false)
		return
	}
	if missing, complete := f.Complete(answers); !complete {
		a.showQuestion(missing, true)
		return
	}
	a.show(&reviewPage{app: a})
}

// goBack shows what comes before a question: the one before, or the service.
func (a *App) goBack(before string) {
	f, ok := a.flow()
	if !ok {
		a.show(&homePage{app: a})
		return
	}
	if previous, more := f.Previous(a.session.Answers(), before); more {
		a.showQuestion(previous.ID, false)
		return
	}
	if amendment, amending := a.amending(); amending {
		a.show(&amendPage{app: a, kind: amendment.Kind, request: amendment.Request})
		return
	}
	a.show(&servicePage{app: a, service: a.session.Service()})
}

// showQuestion shows a question with what was half done in it.
func (a *App) showQuestion(id string, changed bool) {
	p, ok := a.visit.questions[id]
	if !ok {
		p = newQuestionPage(a, id)
		a.visit.questions[id] = p
	}
	p.changed, p.trouble = changed, nil
	p.enter()
	a.show(p)
}
