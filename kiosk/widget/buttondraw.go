package widget

import (
	"image/color"

	"fyne.io/fyne/v2"

	"chasqui/kiosk/look"
)

// tickRoom is the room for a choice's tick, in parts of the icon's size.
const tickRoom = 0.8

// TileHeight returns how high a tile must be to hold its texts at a width.
func TileHeight(kit *Kit, b *Button, width float32) float32 {
	l := kit.Look
	size := b.TextSize
	if size == 0 {
		size = l.Body
	}
	room := tileRoom(l, b, width)
	height := float32(len(look.Balanced(b.Label, size, !b.Plain, room, false))) * size * look.TitleHeight
	if b.Hint != "" {
		small := hintSize(l, size)
		height += float32(len(look.Balanced(b.Hint, small, false, room, false)))*small*look.TitleHeight + l.MM(0.5)
	}
	return max(height+2*l.MM(3.5), l.Target)
}

// hintSize is the size of a tile's hint: never larger than the label over it, which
// gives way where room is short.
func hintSize(l look.Look, label float32) float32 { return min(l.Hint, label) }

func tileRoom(l look.Look, b *Button, width float32) float32 {
	room := wordRoom(l, b, width)
	if b.tileIcon(l, room) {
		room -= l.Icon + l.Pad
	}
	return room
}

// wordRoom is the room that words have without the icon.
func wordRoom(l look.Look, b *Button, width float32) float32 {
	room := width - 2*l.Pad
	if b.Choice {
		room -= l.Icon*tickRoom + l.Pad/2
	}
	return room
}

// tileIcon reports whether a tile's icon has room beside its words: it gives way where
// a word would be broken for it.
func (b *Button) tileIcon(l look.Look, room float32) bool {
	size := b.TextSize
	if size == 0 {
		size = l.Body
	}
	return b.Icon != "" && (widest(b.Label, size, !b.Plain) <= room-l.Icon-l.Pad || widest(b.Label, size, !b.Plain) > room)
}

// TileShowsIcon reports whether a tile of a width has room for its icon.
func TileShowsIcon(kit *Kit, b *Button, width float32) bool {
	return b.tileIcon(kit.Look, wordRoom(kit.Look, b, width))
}

// Width returns how wide a quiet or primary button must be for its label.
func Width(kit *Kit, b *Button) float32 {
	l := kit.Look
	size := b.TextSize
	if size == 0 {
		size = l.Body
	}
	width := look.Measure(b.Label, size, b.Kind == Primary).Width + 2*l.MM(8)
	if b.Icon != "" {
		width += size + l.MM(2)
	}
	if b.After != "" {
		width += size + l.MM(2)
	}
	return width
}

func (b *Button) draw(size fyne.Size) []fyne.CanvasObject {
	if size.Width < 2 || size.Height < 2 {
		return nil
	}
	switch b.Kind {
	case Tile:
		return b.drawTile(size)
	case Strip:
		return b.drawStrip(size)
	case Link:
		return b.drawLink(size)
	}
	return b.drawAction(size)
}

// colours returns line, fill and ink in the state in which the button is.
func (b *Button) colours() (line, fill, ink, hint color.NRGBA) {
	l := b.kit.Look
	card := b.Kind == Tile || b.Kind == Cell
	switch {
	case b.Told:
		return l.Surface, l.Surface, l.Done, l.Muted
	case b.Kind == Primary && b.pressed:
		return l.Accent, l.Pressed, l.Ink, l.Ink
	case b.Kind == Primary:
		return l.Accent, l.Accent, l.OnAccent, l.OnAccent
	case (card || b.Kind == Quiet) && b.Selected:
		return l.Accent, l.Accent, l.OnAccent, l.OnAccent
	case card && b.pressed:
		return l.Accent, l.Pressed, l.Ink, l.Ink
	case card:
		return l.Line, l.Surface, l.Ink, l.Muted
	case b.pressed:
		return l.Accent, l.Pressed, l.Ink, l.Ink
	}
	return l.Accent, l.Surface, l.Accent, l.Muted
}

func (b *Button) frame(size fyne.Size, line, fill color.NRGBA) []fyne.CanvasObject {
	l := b.kit.Look
	var out []fyne.CanvasObject
	if b.focused {
		out = append(out, ring(l, 0, 0, size.Width, size.Height)...)
	}
	return append(out, Box(0, 0, size.Width, size.Height, l.Corner, l.Border, line, fill)...)
}

// drawAction draws a quiet or primary button: icon, word, icon, in the middle.
func (b *Button) drawAction(size fyne.Size) []fyne.CanvasObject {
	l := b.kit.Look
	line, fill, ink, _ := b.colours()
	bold := b.Kind == Primary
	out := b.frame(size, line, fill)

	words := b.words(l, size.Width)
	lines, text, pitch, gap, before, after := words.lines, words.size, words.pitch, words.gap, words.before, words.after
	width := float32(0)
	for _, line := range lines {
		width = max(width, look.Measure(line, text, bold).Width)
	}
	x := (size.Width - width - words.icons) / 2
	iconY := (size.Height - text) / 2
	if before != "" {
		out = append(out, Picture(before, ink, x, iconY, text))
		x += text + gap
	}
	y := (size.Height - float32(len(lines))*text*pitch) / 2
	if b.Selected {
		side := l.MM(tickMM)
		switch {
		case b.Kind == Cell:
			// A small square has its tick under its figure.
			y -= side * 0.55
			out = append(out, Picture("check", ink, (size.Width-side)/2, size.Height-side-l.MM(0.8), side))
		case before != "check": // one tick is enough
			out = append(out, cornerTick(l, ink, size))
		}
	}
	texts, _ := Lines(lines, text, pitch, bold, ink, x, y)
	out = append(out, texts...)
	if after != "" {
		out = append(out, Picture(after, ink, x+width+gap, iconY, text))
	}
	return out
}

// tickMM is how large the tick is of what is chosen where it has no room of its own.
const tickMM = 3.4

// cornerTick is the tick in the upper right corner of what is chosen.
func cornerTick(l look.Look, ink color.NRGBA, size fyne.Size) fyne.CanvasObject {
	side := l.MM(tickMM)
	return Picture("check", ink, size.Width-side-l.MM(0.8), l.MM(0.8), side)
}

// widest returns how wide the widest word of a text is.
func widest(text string, size float32, bold bool) float32 {
	width := float32(0)
	for _, word := range look.Words(text) {
		width = max(width, look.Measure(word, size, bold).Width)
	}
	return width
}

// LeastWidth returns how narrow a quiet or primary button can be whose label takes
// two lines of the smallest letters that there are.
func LeastWidth(kit *Kit, b *Button) float32 {
	l := kit.Look
	bold := b.Kind == Primary
	width := widest(b.Label, l.Least, bold)
	for len(look.Lines(b.Label, l.Least, bold, width, false)) > 2 {
		width += l.MM(2)
	}
	return width + 2*l.MM(3)
}

// drawTile draws a card: icon at the left, title over hint, tick at the right.
func (b *Button) drawTile(size fyne.Size) []fyne.CanvasObject {
	l := b.kit.Look
	line, fill, ink, hint := b.colours()
	out := b.frame(size, line, fill)

	room := tileRoom(l, b, size.Width)
	title := look.Balanced(b.Label, b.TextSize, !b.Plain, room, false)
	height := float32(len(title)) * b.TextSize * look.TitleHeight
	var hints []string
	small := hintSize(l, b.TextSize)
	if b.Hint != "" {
		hints = look.Balanced(b.Hint, small, false, room, false)
		height += float32(len(hints))*small*look.TitleHeight + l.MM(0.5)
	}
	x, y := l.Pad, (size.Height-height)/2
	if b.tileIcon(l, wordRoom(l, b, size.Width)) {
		accent := l.Accent
		if b.Selected || b.pressed {
			accent = ink
		}
		out = append(out, Picture(b.Icon, accent, x, (size.Height-l.Icon)/2, l.Icon))
		x += l.Icon + l.Pad
	}
	texts, used := Lines(title, b.TextSize, look.TitleHeight, !b.Plain, ink, x, y)
	out = append(out, texts...)
	if len(hints) > 0 {
		texts, _ = Lines(hints, small, look.TitleHeight, false, hint, x, y+used+l.MM(0.5))
		out = append(out, texts...)
	}
	if b.Selected && !b.Choice {
		return append(out, cornerTick(l, ink, size))
	}
	if !b.Choice || !b.Selected && !b.Box {
		return out
	}
	tick := l.Icon * tickRoom
	x, y = size.Width-l.Pad-tick, (size.Height-tick)/2
	if b.Box {
		box := Box(x, y, tick, tick, l.Corner/2, l.Border+1, ink, fill)
		if !b.Selected {
			box = Box(x, y, tick, tick, l.Corner/2, l.Border+1, l.Line, fill)
		}
		out = append(out, box...)
		x, y, tick = x+tick*0.12, y+tick*0.12, tick*0.76
	}
	if b.Selected {
		out = append(out, Picture("check", ink, x, y, tick))
	}
	return out
}

// drawStrip draws a control of the strip, with a rule at its left.
func (b *Button) drawStrip(size fyne.Size) []fyne.CanvasObject {
	l := b.kit.Look
	fill := l.Surface
	if b.pressed {
		fill = l.Pressed
	}
	var out []fyne.CanvasObject
	inset := float32(0)
	if b.focused {
		// The ring lies inside: there is no room around a control of the strip.
		inset = RingRoom
		out = append(out,
			Box(0, 0, size.Width, size.Height, l.Corner, ringWidth, l.FocusOuter, l.FocusInner)...)
		out = append(out, rectangle(inset, inset, size.Width-2*inset, size.Height-2*inset, l.Corner/2, fill))
	} else {
		out = append(out, Bar(0, 0, size.Width, size.Height, fill), Bar(0, l.MM(1), 2, size.Height-l.MM(2), l.Rule))
	}
	icon := l.Icon * 0.75
	text := look.Measure(b.Label, b.TextSize, false)
	width := icon + l.MM(2) + text.Width
	// A low row has no room for the dots under the word; beside it they need air.
	low, beside := size.Height < l.MM(18), float32(0)
	if low && b.Of > 0 {
		beside = l.MM(2) + l.MM(1.7)
	}
	x := (size.Width - width - beside) / 2
	out = append(out,
		Picture(b.Icon, l.Ink, x, (size.Height-icon)/2, icon),
		Text(b.Label, b.TextSize, false, l.Ink, x+icon+l.MM(2), (size.Height-text.Height)/2))
	if low {
		column := float32(b.Of)*b.markStep() - l.MM(1)
		return append(out, b.drawMarks(x+width+l.MM(2), (size.Height-column)/2, 0, b.markStep())...)
	}
	return append(out, b.drawMarks(x+icon+l.MM(2), (size.Height+text.Height)/2-l.MM(0.3), b.markStep(), 0)...)
}

// markStep is how far the dots of a row are from one another.
func (b *Button) markStep() float32 { return b.kit.Look.MM(1.7) * 1.75 }

// drawMarks draws a row of dots from x, y: which of the sizes or contrasts this is.
func (b *Button) drawMarks(x, y, right, down float32) []fyne.CanvasObject {
	l := b.kit.Look
	dot := l.MM(1.7)
	var out []fyne.CanvasObject
	for i := range b.Of {
		left, top := x+float32(i)*right, y+float32(i)*down
		if i == b.Level-1 {
			out = append(out, rectangle(left, top, dot, dot, dot/2, l.Ink))
			continue
		}
		out = append(out, Box(left, top, dot, dot, dot/2, 1, l.Line, l.Surface)...)
	}
	return out
}

// StripWidth returns how wide a control of the strip must be.
func StripWidth(kit *Kit, b *Button) float32 {
	l := kit.Look
	return l.Icon*0.75 + l.MM(2) + look.Measure(b.Label, b.TextSize, false).Width + 2*l.MM(3.5)
}

// drawLink draws underlined text in the accent's place of a quiet offer.
func (b *Button) drawLink(size fyne.Size) []fyne.CanvasObject {
	l := b.kit.Look
	ink := l.Muted
	var out []fyne.CanvasObject
	if b.focused {
		out = append(out, ring(l, 0, 0, size.Width, size.Height)...)
		out = append(out, rectangle(0, 0, size.Width, size.Height, l.Corner, l.Paper))
	}
	if b.pressed {
		out = append(out, rectangle(0, 0, size.Width, size.Height, l.Corner, l.Pressed))
		ink = l.Ink
	}
	x := float32(0)
	if b.Icon != "" {
		out = append(out, Picture(b.Icon, ink, 0, (size.Height-b.TextSize)/2, b.TextSize))
		x = b.TextSize + l.MM(2)
	}
	text := look.Measure(b.Label, b.TextSize, false)
	y := (size.Height - text.Height) / 2
	return append(out,
		Text(b.Label, b.TextSize, false, ink, x, y),
		Bar(x, y+text.Height*0.88, text.Width, 2, ink))
}

// LinkWidth returns how wide a link must be.
func LinkWidth(kit *Kit, b *Button) float32 {
	size := b.TextSize
	if size == 0 {
		size = kit.Look.Body
	}
	width := look.Measure(b.Label, size, false).Width + 2
	if b.Icon != "" {
		width += size + kit.Look.MM(2)
	}
	return width
}

// TileLines returns how many lines a tile's label takes at a width.
func TileLines(kit *Kit, b *Button, width float32) int {
	size := b.TextSize
	if size == 0 {
		size = kit.Look.Body
	}
	return len(look.Balanced(b.Label, size, !b.Plain, tileRoom(kit.Look, b, width), false))
}

// TileBreaks reports whether a tile of a width breaks a word of its label.
func TileBreaks(kit *Kit, b *Button, width float32) bool {
	return widest(b.Label, b.TextSize, !b.Plain) > tileRoom(kit.Look, b, width)
}
