package screen

import (
	"context"
	"image"
	"sync"
	"time"

	"fyne.io/fyne/v2/canvas"

	"chasqui/kiosk"
	"chasqui/kiosk/flow"
	"chasqui/kiosk/widget"
)

// frameEvery is how often the camera's picture is shown anew: often enough to aim
// by, and no load for a small computer.
const frameEvery = 200 * time.Millisecond

// shownSide is the longest side of what is shown of a picture.
const shownSide = 900

// cameraState is what a question that takes a picture holds of it.
type cameraState struct {
	// frame is the camera's last picture, small the same to be shown.
	frame image.Image
	small *image.NRGBA
	// shot is the picture that was taken and is not kept yet.
	shot *kiosk.File
	// failed says that the camera gave no picture; packing that one is being made.
	failed, packing bool
	// shown is where the picture is drawn now.
	shown *canvas.Image
}

func (c *cameraState) wipe() {
	blankAny(c.frame)
	blank(c.small)
	if c.shot != nil {
		clear(c.shot.Content)
	}
	*c = cameraState{}
}

// liveView is a running camera and the page that shows it.
type liveView struct {
	page   *questionPage
	ctx    context.Context
	cancel context.CancelFunc
	// still ends the ticks; asking says that a picture is being waited for.
	still  func()
	asking bool

	mu     sync.Mutex // held by whoever uses view, away from the screen's goroutine
	view   kiosk.View
	closed bool
}

// hasCamera reports whether a picture can be taken here.
func (a *App) hasCamera() bool { return a.cfg.Camera != nil && a.cfg.Camera.Present() }

// startCamera opens the camera for a page, away from the screen's goroutine.
func (a *App) startCamera(p *questionPage) {
	live := &liveView{page: p}
	live.ctx, live.cancel = context.WithCancel(context.Background())
	a.live = live
	a.background(func() func() {
		view, err := a.cfg.Camera.Open(live.ctx)
		live.mu.Lock()
		defer live.mu.Unlock()
		if err == nil && live.closed {
			_ = view.Close() // nobody is looking any more
		} else if err == nil {
			live.view = view
		}
		return func() {
			if a.live != live {
				return
			}
			if err != nil {
				a.cameraFailed(live)
				return
			}
			live.still = a.cfg.Every(frameEvery, func() { a.nextFrame(live) })
			a.nextFrame(live)
		}
	})
}

func (a *App) cameraFailed(live *liveView) {
	p := live.page
	p.camera.wipe()
	p.camera.failed = true
	a.redrawIf(p)
	a.endCamera(p)
}

// nextFrame asks for one more picture, unless one is being waited for.
func (a *App) nextFrame(live *liveView) {
	if live.asking || a.live != live {
		return
	}
	live.asking = true
	a.background(func() func() {
		var frame image.Image
		var small *image.NRGBA
		err := context.Canceled
		live.mu.Lock()
		if !live.closed {
			if frame, err = live.view.Next(live.ctx); err == nil {
				small = shrink(frame, shownSide)
			}
		}
		live.mu.Unlock()
		return func() {
			live.asking = false
			switch {
			case a.live != live:
				blankAny(frame)
				blank(small)
			case err != nil:
				a.cameraFailed(live)
			default:
				live.page.showFrame(frame, small)
			}
		}
	})
}

// endCamera closes the camera if it runs for a page. It is off within the time
// that one picture takes.
func (a *App) endCamera(p *questionPage) {
	live := a.live
	if live == nil || live.page != p {
		return
	}
	a.live = nil
	live.cancel()
	if live.still != nil {
		live.still()
	}
	a.background(func() func() {
		live.mu.Lock()
		defer live.mu.Unlock()
		if live.view != nil && !live.closed {
			_ = live.view.Close()
		}
		live.closed = true
		return func() {}
	})
}

// settleCamera closes the camera once nobody is looking at its picture: whatever
// page is shown instead, and whyever.
func (a *App) settleCamera() {
	if a.live != nil && !(a.top() == Page(a.live.page) && a.live.page.aiming()) {
		a.live.page.camera.drop()
		a.endCamera(a.live.page)
	}
}

// drop forgets the camera's picture, not the one that was taken.
func (c *cameraState) drop() {
	blankAny(c.frame)
	c.frame = nil
	if c.shot == nil {
		blank(c.small)
		c.small = nil
	}
}

// aiming reports whether the camera's picture is being looked at.
func (p *questionPage) aiming() bool {
	return p.stage == stageCamera && p.camera.shot == nil && !p.camera.failed
}

// showFrame shows a picture in place of the one before, without drawing the page.
func (p *questionPage) showFrame(frame image.Image, small *image.NRGBA) {
	first := p.camera.frame == nil
	blankAny(p.camera.frame)
	old := p.camera.small
	p.camera.frame, p.camera.small = frame, small
	if first || p.camera.shown == nil {
		p.app.redrawIf(p) // the words that asked for patience go
	} else {
		p.camera.shown.Image = small
		canvas.Refresh(p.camera.shown)
	}
	blank(old)
}

// shoot takes the picture that is seen, or keeps the one that was taken.
func (p *questionPage) shoot() {
	switch {
	case p.camera.shot != nil:
		p.drop()
		p.file, p.choice, p.declined = p.camera.shot, "", false
		p.preview, p.camera.shot, p.camera.small = p.camera.small, nil, nil
		p.camera.wipe()
		p.turn(stageWhole)
	case p.camera.frame != nil && !p.camera.packing:
		frame, name := p.camera.frame, p.app.words().Text("question.camera.file")
		p.camera.frame, p.camera.packing = nil, true
		session := p.app.session.ID()
		p.app.background(func() func() {
			file, err := pack(frame, name)
			small := shrink(frame, shownSide)
			blankAny(frame)
			return func() { p.taken(session, file, small, err) }
		})
	}
}

// taken shows the picture that was taken, unless the person has gone meanwhile.
func (p *questionPage) taken(session string, file *kiosk.File, small *image.NRGBA, err error) {
	if p.app.session.ID() != session || p.stage != stageCamera {
		blank(small)
		if file != nil {
			clear(file.Content)
		}
		return
	}
	p.camera.wipe()
	p.camera.shot, p.camera.small, p.camera.failed = file, small, err != nil
	p.app.redraw()
}

// again lets go of the picture that was taken and shows the camera's anew.
func (p *questionPage) again() {
	p.camera.wipe()
	p.app.redraw()
}

// leaveCamera goes back to the files.
func (p *questionPage) leaveCamera() {
	p.camera.wipe()
	p.turn(stageWhole)
}

// cameraButton takes a picture or keeps the one that was taken.
func (p *questionPage) cameraButton(d *drawing) *widget.Button {
	switch {
	case p.camera.failed:
		return nil
	case p.camera.shot != nil:
		return d.primary("question.camera.keep", p.Proceed)
	}
	return &widget.Button{Icon: "camera", Label: d.text("question.camera.take"), OnTap: p.Proceed}
}

// drawCamera draws what the camera sees, or the picture that was taken.
func (p *questionPage) drawCamera(d *drawing, f *flow.Flow, q kiosk.Question) {
	l := d.l
	if p.aiming() && p.app.live == nil {
		p.app.startCamera(p)
	}
	h := p.head(d, f, q)
	d.y -= l.MM(3)
	switch {
	case p.camera.shot != nil:
		h.title = d.text("question.camera.good")
	case p.camera.frame == nil && !p.camera.failed:
		h.title = d.text("question.camera.wait")
	case !p.camera.failed:
		h.title = d.text("question.camera.aim")
	}
	p.drawHead(d, f, h, shape{step: true, title: min(l.Title, l.Body*1.15), air: l.MM(2)})
	if p.camera.failed {
		d.trouble(d.text("question.camera.failed"))
		d.space(3)
		again := &widget.Button{ID: "camera/again", Icon: "restart", Label: d.text("question.camera.again"), OnTap: p.again}
		wide := min(widget.Width(d.kit, again), d.width)
		d.button(again, d.x, d.y, wide, max(l.Target, widget.ActionHeight(d.kit, again, wide)))
		return
	}
	width := d.width
	if p.camera.shot != nil {
		again := &widget.Button{ID: "camera/again", Icon: "restart", Label: d.text("question.camera.retake"), TextSize: l.Hint, OnTap: p.again}
		beside := min(widget.Width(d.kit, again), max(d.width*0.36, widget.LeastWidth(d.kit, again)))
		width -= beside + l.Gap
		d.button(again, d.x+d.width-beside, d.y, beside, max(l.Target, widget.ActionHeight(d.kit, again, beside)))
	}
	sides := float32(4) / 3
	if p.camera.small != nil {
		sides = float32(p.camera.small.Bounds().Dx()) / float32(p.camera.small.Bounds().Dy())
	}
	height := min(d.room(), width/sides)
	width = height * sides
	d.add(widget.Box(d.x, d.y, width, height, 0, l.Border, l.Line, l.Tray)...)
	if p.camera.small != nil {
		p.camera.shown = widget.Photo(p.camera.small, d.x+l.Border, d.y+l.Border, width-2*l.Border, height-2*l.Border)
		d.picture(p.camera.shown, d.text("voice.camera"))
	}
	d.y += height
}
