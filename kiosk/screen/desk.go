package screen

import (
	"fmt"
	"time"

	"chasqui/kiosk"
	"chasqui/kiosk/look"
	"chasqui/kiosk/widget"
	"chasqui/sync/wire"
)

// pinPage asks staff for the PIN that opens the desk.
type pinPage struct {
	app   *App
	pin   string
	field *widget.Field
	// wrong says that the last PIN was not the right one; wait until when none is
	// taken.
	wrong bool
	wait  time.Duration
}

func (p *pinPage) Name() string { return "pin" }

func (p *pinPage) Wipe() {
	if p.field != nil {
		p.field.OnChanged = nil
		p.field.Wipe()
	}
	p.pin, p.wrong = "", false
}

func (p *pinPage) Back() { p.app.pop() }

// Proceed tries the PIN.
func (p *pinPage) Proceed() {
	a := p.app
	ok, wait := a.cfg.Station.CheckPIN(p.pin)
	p.pin = ""
	if ok {
		p.Wipe()
		a.stack = a.stack[:len(a.stack)-1]
		a.push(&deskPage{app: a})
		return
	}
	p.wrong, p.wait = true, wait
	a.redraw()
}

func (p *pinPage) Draw(d *drawing) {
	d.frame()
	d.feet(d.back(p.Back), d.primary("pin.open", p.Proceed))
	ask := asking{title: d.text("pin.title"), reason: d.text("pin.text"), layout: widget.PIN, width: 120}
	switch {
	case p.wait > 0:
		seconds := int((p.wait + time.Second - 1) / time.Second)
		ask.trouble = d.w.Plural("pin.wait", seconds)
	case p.wrong:
		ask.trouble = d.text("pin.wrong")
	}
	p.field = widget.NewField(d.kit, &widget.Field{
		ID: "answer", Masked: true, Max: 12, Accept: accepts(widget.PIN), Trouble: p.wrong, OnSubmit: p.Proceed,
	}, p.pin)
	p.field.OnChanged = func(pin string) { p.pin = pin }
	d.ask(ask, p.field)
}

// The parts of the desk.
const (
	deskQueue  = "queue"
	deskTally  = "tally"
	deskDevice = "device"
	deskRings  = "help"
)

// deskPage is the front desk's: the queue, the counter's tally, the box's health.
// There is no content of any request in it: the desk cannot read one either.
type deskPage struct {
	app  *App
	part string
	page int
	// tallied is the service counted last, which undo takes back.
	tallied string
	failed  bool
	drawn   string
}

func (p *deskPage) Name() string { return "desk" }

func (p *deskPage) Wipe() { p.page, p.tallied = 0, "" }

func (p *deskPage) Back() { p.app.pop() }

// Stale reports that what the desk shows has changed.
func (p *deskPage) Stale() bool { return p.content() != p.drawn }

// content is all that the part shows, to see when it changes.
func (p *deskPage) content() string {
	items, err := p.app.cfg.Station.DeskItems()
	device := p.app.cfg.Station.Device()
	device.FreeBytes >>= 20
	station := p.app.cfg.Station
	return fmt.Sprint(items, err, device, station.Tallied(), station.Rings(), station.Printer(), p.minutes())
}

// minutes changes as the calls that wait grow older.
func (p *deskPage) minutes() int {
	total := 0
	for _, ring := range p.app.cfg.Station.Rings() {
		total += int(p.app.cfg.Station.Now().Sub(ring.At) / time.Minute)
	}
	return total
}

func (p *deskPage) Draw(d *drawing) {
	l := d.l
	p.drawn = p.content()
	if p.part == "" {
		p.part = deskQueue
	}
	d.frame()
	assist := &widget.Button{ID: "desk/assist", Icon: "person", Plain: true, Label: d.text("desk.assist"), OnTap: p.assist}
	if p.app.session.Assisted() {
		assist.Icon, assist.Label = "check", d.text("desk.assisted")
	}
	quiet := []*widget.Button{{Icon: "back", Label: d.text("desk.close"), OnTap: p.Back}}
	if p.part == deskTally && p.tallied != "" {
		// In the foot it is in reach from every page of the tally.
		quiet = append(quiet, &widget.Button{ID: "tally/undo", Icon: "undo", Label: d.text("desk.tally.undo"), OnTap: p.undo})
	}
	d.footer(quiet, assist)
	p.parts(d)
	d.y += l.MM(4)
	switch p.part {
	case deskTally:
		p.drawTally(d)
	case deskDevice:
		p.drawDevice(d)
	case deskRings:
		p.drawRings(d)
	default:
		p.drawQueue(d)
	}
}

// assist notes that staff is helping somebody at this screen, and goes back there.
func (p *deskPage) assist() {
	p.app.session.SetAssisted(!p.app.session.Assisted())
	p.app.redraw()
}

// parts draws the parts as tiles in a row. The one of the calls says how many wait.
func (p *deskPage) parts(d *drawing) {
	l := d.l
	names := []struct{ part, icon, label string }{
		{deskQueue, "list", d.text("desk.queue")}, {deskTally, "counter", d.text("desk.tally")},
		{deskDevice, "box", d.text("desk.device")}, {deskRings, "bell", d.text("desk.help")},
	}
	if n := len(p.app.cfg.Station.Rings()); n > 0 {
		names[3].label += " (" + d.w.Number(n) + ")"
	}
	columns := len(names)
	size := l.Body
	fits := func(width float32) bool {
		for _, n := range names {
			if look.Measure(n.label, size, true).Width > width-2*l.Pad-l.Icon-l.Pad {
				return false
			}
		}
		return true
	}
	width := func() float32 { return (d.width - float32(columns-1)*l.Gap) / float32(columns) }
	for size > l.Least && !fits(width()) {
		size = max(size-1, l.Least)
	}
	if !fits(width()) {
		for columns, size = 2, l.Body; size > l.Least && !fits(width()); {
			size = max(size-1, l.Least)
		}
	}
	height := max(l.LeastTarget*1.2, size*2)
	for i, n := range names {
		d.button(&widget.Button{
			ID: "desk/" + n.part, Kind: widget.Tile, Icon: n.icon, Label: n.label, TextSize: size,
			Selected: p.part == n.part, OnTap: func() {
				p.part, p.page, p.failed = n.part, 0, false
				p.app.redraw()
			},
		}, d.x+float32(i%columns)*(width()+l.Gap), d.y+float32(i/columns)*(height+l.Gap), width(), height)
	}
	rows := float32((len(names) + columns - 1) / columns)
	d.y += rows*(height+l.Gap) - l.Gap
}

// drawQueue draws every request: folio, service, the true words of its state.
func (p *deskPage) drawQueue(d *drawing) {
	defer d.secret()()
	items, err := p.app.cfg.Station.DeskItems()
	if err != nil {
		d.trouble(d.text("desk.queue.failed"))
		return
	}
	if len(items) == 0 {
		d.reason(d.text("desk.queue.empty"))
		return
	}
	var rows []fact
	for _, item := range items {
		text := d.text("state." + string(item.State))
		if item.Reason != "" {
			text += ". " + d.text("reason."+item.Reason)
		}
		if item.Parts > 0 {
			text += " " + d.text("desk.parts", "Sent", item.PartsSent, "Of", item.Parts)
		}
		title := item.Service
		if s, ok := p.app.cfg.Catalog.Find(item.Service); ok {
			title = s.In(p.app.session.Language()).Official
		}
		if item.Kind != wire.KindRequest && item.Kind != "" {
			// What amends a request has its folio: without the word it looks like the
			// request told twice.
			title = d.text("kind."+string(item.Kind)) + ": " + title
		}
		// A day is not parted from its hour.
		at := item.Created.In(p.app.zone()).Format("02-01\u00a015:04")
		rows = append(rows, fact{label: item.Folio.String(), text: text + "\n" + title + " · " + at})
	}
	d.facts(rows, &p.page, p.app.redraw)
}

// zone is the office's time zone.
func (a *App) zone() *time.Location {
	if zone, err := time.LoadLocation(a.office.TimeZone); err == nil {
		return zone
	}
	return time.UTC
}

// drawTally draws one large tap for each service, and undo.
func (p *deskPage) drawTally(d *drawing) {
	a := p.app
	counts := a.cfg.Station.Tallied()
	var tiles []*widget.Button
	for _, shown := range a.services("") {
		id := shown.ID
		tiles = append(tiles, &widget.Button{
			ID: "tally/" + id, Icon: "plus", Label: shown.Official, Hint: d.w.Plural("desk.tally.today", counts[id]),
			OnTap: func() { p.count(id) },
		})
	}
	y, before := d.y, len(d.body)
	if p.failed {
		d.trouble(d.text("desk.tally.failed"))
	} else if d.reason(d.text("desk.tally.text")); d.bestGrid(tiles).cut {
		// Where the letters are large, the services matter more than how to count them.
		d.y, d.body = y, d.body[:before]
	}
	d.dense(tiles, &p.page, a.redraw)
}

func (p *deskPage) count(service string) {
	p.failed = p.app.cfg.Station.Tally(service) != nil
	if !p.failed {
		p.tallied = service
	}
	p.app.redraw()
}

func (p *deskPage) undo() {
	p.failed = p.app.cfg.Station.Untally(p.tallied) != nil
	p.tallied = ""
	p.app.redraw()
}

// drawDevice draws the health of the box: link, disk, version.
func (p *deskPage) drawDevice(d *drawing) {
	device := p.app.cfg.Station.Device()
	never := d.text("desk.never")
	at := func(t time.Time) string {
		if t.IsZero() {
			return never
		}
		return t.In(p.app.zone()).Format("02-01-2006 15:04:05")
	}
	link := d.text("desk.link." + string(device.Link))
	if device.LinkWords != "" && device.Link != kiosk.LinkUp {
		link += "\n" + device.LinkWords
	}
	all := []fact{
		{label: d.text("desk.device.link"), text: link},
		{label: d.text("desk.device.heard"), text: at(device.LastHeard)},
	}
	if !device.NextTry.IsZero() {
		all = append(all, fact{label: d.text("desk.device.next"), text: at(device.NextTry)})
	}
	disk := d.text("desk.disk.free", "MB", fmt.Sprint(device.FreeBytes>>20))
	if device.Damage != "" {
		disk += "\n" + d.text("desk.disk.damage") + " " + device.Damage
	}
	if printer := p.app.cfg.Station.Printer(); printer.State != kiosk.PrinterNone && printer.State != "" {
		text := d.text("printer." + string(printer.State))
		if printer.Words != "" {
			text += "\n" + printer.Words
		}
		all = append(all, fact{label: d.text("desk.device.printer"), text: text})
	}
	if device.Voice != "" {
		text := d.text("voice.device." + string(device.Voice))
		if device.VoiceWords != "" {
			text += "\n" + device.VoiceWords
		}
		all = append(all, fact{label: d.text("strip.voice"), text: text})
	}
	all = append(all,
		fact{label: d.text("desk.device.disk"), text: disk},
		fact{label: d.text("desk.device.kiosk"), text: device.Kiosk + " · " + device.Office},
		fact{label: d.text("desk.device.hub"), text: device.Hub},
		fact{label: d.text("desk.device.version"), text: device.Program},
	)
	d.facts(all, &p.page, p.app.redraw)
}
