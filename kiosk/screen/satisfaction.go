package screen

import (
	"strconv"

	"chasqui/kiosk/widget"
	"chasqui/sync/wire"
)

// The faces, from the best to the worst, as they are counted.
const (
	bestFace  = 5
	worstFace = 1
	skipped   = "skipped"
)

// rate asks how it was, once something was filed, and then ends the visit.
func (a *App) rate() {
	if !a.visit.receipt.Valid() {
		a.wipe()
		return
	}
	a.show(&satisfactionPage{app: a})
}

// satisfactionPage asks how it was: five faces, each with its words, one tap. To
// say nothing is as quick.
type satisfactionPage struct {
	app  *App
	page int
	said bool
}

func (p *satisfactionPage) Name() string { return "satisfaction" }

func (p *satisfactionPage) Wipe() { p.page = 0 }

// Back and Proceed pass it by.
func (p *satisfactionPage) Back()    { p.say(skipped) }
func (p *satisfactionPage) Proceed() { p.say(skipped) }

func (p *satisfactionPage) say(answer string) {
	p.tell(answer)
	p.app.wipe()
}

// ignore tells that somebody went away without an answer.
func (p *satisfactionPage) ignore() { p.tell(skipped) }

func (p *satisfactionPage) tell(answer string) {
	if !p.said {
		p.said = true
		p.app.emit(wire.EventSatisfaction, answer)
	}
}

func (p *satisfactionPage) Draw(d *drawing) {
	d.frame()
	d.feet(nil, &widget.Button{ID: "face/skip", Plain: true, Label: d.text("face.skip"), OnTap: p.Proceed})
	d.heading(d.text("face.title"))
	var tiles []*widget.Button
	for face := bestFace; face >= worstFace; face-- {
		n := strconv.Itoa(face)
		tiles = append(tiles, &widget.Button{
			ID: "face/" + n, Icon: "face-" + n, Label: d.text("face." + n), OnTap: func() { p.say(n) },
		})
	}
	d.list(tiles, &p.page, p.app.redraw)
}
